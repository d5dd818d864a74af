"""Checks each training before it starts: optimizer and scheduler are made for the network.

They are made for real, over parameters on torch's meta device, so that whatever PyTorch refuses is
told at validation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from torch import nn
from torch.optim import Optimizer

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.checks.static.data_flow import Flow
from cifar_pipe.checks.static.layers import every_layer, layer_span
from cifar_pipe.checks.torch.batches import training_images
from cifar_pipe.checks.torch.refusals import words_of
from cifar_pipe.checks.torch.schedulers import check_reach
from cifar_pipe.checks.torch.shaped_network import ShapedNetwork
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.model.network import build_on_meta
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.pipeline.spans import name_span
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.training.length import Length
from cifar_pipe.training.optimization.optimizers import make_optimizer
from cifar_pipe.training.optimization.schedules import parts, period, schedule

# Where the length is not known: what a scheduler refuses of this one it refuses of every length.
_ANY_LENGTH = Length(steps=997, steps_per_epoch=1)


def check_training(
    stage: Stage,
    spec: Train,
    network: ShapedNetwork,
    flow: Flow,
    data: LoadData,
    findings: Findings,
) -> None:
    """Findings for an optimizer or a scheduler that does not work with this network."""
    built = build_on_meta(network.layers, network.input_shape)
    if _all_frozen(stage, network.layers, built, findings):
        return
    try:
        with _without_compiler():
            optimizer = make_optimizer(spec.optimizer, built, device="meta")
    except ProblemError as error:
        _report("optimizer", error, stage, spec.optimizer, findings)
        return
    if spec.scheduler is None:
        return
    length = length_of(spec, data, flow)
    try:
        schedule(spec.scheduler, optimizer, length or _ANY_LENGTH, monitor=spec.monitor)
    except ProblemError as error:
        _report("scheduler", error, stage, spec.scheduler, findings)
        return
    if length is not None:
        per = period(spec.scheduler)
        steps = length.counted(per)
        _check_length(stage, spec.scheduler, steps, findings)
        check_reach(spec.scheduler, steps, per, stage.span("scheduler"), findings)


def _all_frozen(
    stage: Stage, layers: Sequence[Component], network: nn.Module, findings: Findings
) -> bool:
    """Whether the network has parameters, and its layers' `trainable` takes each of them away."""
    parameters = list(network.parameters())
    if not parameters or any(one.requires_grad for one in parameters):
        return False
    freezing = [one for one in every_layer(layers) if "trainable" in one.common]
    findings.add(
        "optimizer",
        f"{stage.id} has nothing to train: `trainable` freezes all of the network's parameters",
        layer_span(freezing[-1], "trainable", stage.id_span),
        help="leave trainable out of the last layer, or name what it trains: trainable: [fc]",
    )
    return True


@contextmanager
def _without_compiler() -> Iterator[None]:
    """Optimizers' `add_param_group` as it is: its decorator imports torch's compiler, 1.5 s."""
    decorated = Optimizer.add_param_group
    Optimizer.add_param_group = getattr(decorated, "__wrapped__", decorated)  # type: ignore[method-assign]
    try:
        yield
    finally:
        Optimizer.add_param_group = decorated  # type: ignore[method-assign]


def length_of(spec: Train, data: LoadData, flow: Flow) -> Length | None:
    """The training's length, if the number of images is known without the data."""
    images = training_images(data, flow)
    if images is None:
        return None
    return Length.of(
        epochs=spec.epochs,
        steps=spec.steps,
        images=images,
        batch_size=data.batch_size,
        drop_last=data.drop_last,
    )


def _check_length(stage: Stage, scheduler: Component, steps: int, findings: Findings) -> None:
    """A OneCycleLR that is over before the training is refused by PyTorch, in the last epoch."""
    for one, its_steps in parts(scheduler, steps):
        _check_length(stage, one, its_steps, findings)
    total = scheduler.given.get("total_steps")
    if total is not None and total < steps:
        findings.add(
            "scheduler",
            f"total_steps is {total}, and the training steps {steps} times",
            name_span(scheduler.node, "total_steps", stage.span("scheduler")),
            help="leave total_steps out: it is the training's length",
        )


def _report(
    code: str, error: ProblemError, stage: Stage, component: Component, findings: Findings
) -> None:
    place = name_span(component.node, None, stage.span(code))
    findings.report(error.problem, words_of(error, component, place))
