"""What a stage inspect looks at is there: gradients, and the parameter that it watches."""

from __future__ import annotations

from collections.abc import Iterator

from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.network import NetworkUse
from cifar_pipe.checks.torch.analysis.one_image import batch_of_one
from cifar_pipe.diagnostics.parameter_names import nearest_parameter
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.diagnostics.suggest import some
from cifar_pipe.model.planning.planned import weights_of
from cifar_pipe.model.planning.shapes import plan
from cifar_pipe.stages.inspect.spec import Inspect

CODES = ("value", "shape")
NEEDS_TORCH = True


def check(context: CheckContext) -> None:
    for use in context.uses():
        if isinstance(use.stage.spec, Inspect):
            context.report(use.stage, *_problems(use, use.stage.spec))


def _problems(use: NetworkUse, spec: Inspect) -> Iterator[Problem]:
    builder = use.network.stage
    if not use.network.takes_gradients:
        message = "the network has no parameters that take a gradient"
        help_ = "let training change a layer, or leave this stage out"
        yield Problem(message, help=help_, related=((builder.id_span, "the network"),))
        return
    if _images(use, spec) == 1:
        what = "the random input" if spec.input == "random" else "the batch"
        problem = batch_of_one(what, use.network, help_="a batch_size of 2 or more")
        yield from filter(None, [problem])
    if spec.watch is not None:
        names = [*weights_of(plan(use.network.layers, use.network.input_shape))]
        if spec.watch not in names:
            message = f"the network has no parameter `{spec.watch}`"
            near = nearest_parameter(spec.watch, names)
            help_ = f"did you mean `{near}`?" if near else f"{builder.id} has {some(names, most=6)}"
            yield Problem(message, ("watch",), help=help_)


def _images(use: NetworkUse, spec: Inspect) -> int | None:
    """How many images it looks at, if known."""
    if use.flow is None:
        return spec.batch_size or 1
    wanted, images = spec.batch_size or use.flow.spec.batch_size, use.flow.training_images
    return wanted if images is None else min(wanted, images)
