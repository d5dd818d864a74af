"""What a stage inspect looks at is there: gradients, and the parameter that it watches."""

from __future__ import annotations

from collections.abc import Iterator

from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.network import NetworkUse
from cifar_pipe.checks.torch.analysis.batch_of_one import batch_of_one
from cifar_pipe.checks.torch.analysis.shapes import on_meta
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.diagnostics.suggest import did_you_mean
from cifar_pipe.stages.inspect.spec import Inspect

CODES = ("value", "shape")
NEEDS_TORCH = True


def check(context: CheckContext) -> None:
    for use in context.uses():
        if isinstance(use.stage.spec, Inspect):
            for problem in _problems(use, use.stage.spec):
                context.report(problem, use.stage)


def _problems(use: NetworkUse, spec: Inspect) -> Iterator[Problem]:
    if not use.network.takes_gradients:
        yield Problem(
            "the network has no parameters that take a gradient",
            help="let training change a layer, or leave this stage out",
            related=((use.network.stage.id_span, "the network"),),
        )
        return
    if _images(use, spec) == 1:
        what = "the random input" if spec.input == "random" else "the batch"
        problem = batch_of_one(what, use.network, help_="a batch_size of 2 or more")
        yield from [problem] if problem else []
    if spec.watch is not None:
        names = [name for name, _ in on_meta(use.network).named_parameters()]
        if spec.watch not in names:
            yield Problem(
                f"the network has no parameter `{spec.watch}`",
                ("watch",),
                help=did_you_mean(spec.watch, names)
                or f"{use.network.stage.id} has {', '.join(names[:6])}, …",
            )


def _images(use: NetworkUse, spec: Inspect) -> int | None:
    """How many images it looks at, if known."""
    if use.flow is None:
        return spec.batch_size or 1
    wanted, images = spec.batch_size or use.flow.spec.batch_size, use.flow.training_images
    return wanted if images is None else min(wanted, images)
