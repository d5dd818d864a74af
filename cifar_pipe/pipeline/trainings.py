"""Checks each training before it starts: loss, optimizer and scheduler are made for the network.

They are made for real, over parameters on torch's meta device, so that whatever PyTorch refuses is
told at validation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import ceil, floor, prod

import torch
from torch import nn
from torch.optim import Optimizer

from cifar_pipe.catalog.component import Component
from cifar_pipe.catalog.losses import forms
from cifar_pipe.errors import RunError
from cifar_pipe.language.findings import Findings
from cifar_pipe.language.nodes import MappingNode, Span, span_at
from cifar_pipe.model.network import build
from cifar_pipe.pipeline.batches import training_images
from cifar_pipe.pipeline.flow import Flow, name_span
from cifar_pipe.pipeline.layers import every_layer, last_layer, layer_span
from cifar_pipe.pipeline.model import Stage
from cifar_pipe.pipeline.reach import check_reach
from cifar_pipe.stages.load_data import LoadData
from cifar_pipe.stages.train import Train
from cifar_pipe.training.optimizers import make_optimizer
from cifar_pipe.training.refused import Refused
from cifar_pipe.training.schedules import Length, parts, period, schedule
from cifar_pipe.training.targets import criterion

# What a loss wants to be given, the last layers that give it, and what to do about others.
_INPUTS = {
    "log-probabilities": (
        ("LogSoftmax", "LogSigmoid"),
        "end the layers with {type: LogSoftmax, dim: 1}, or use CrossEntropyLoss",
    ),
    "probabilities": (
        ("Sigmoid", "Softmax", "Hardsigmoid"),
        "end the layers with Sigmoid, or use BCEWithLogitsLoss",
    ),
}
# Where the length is not known: what a scheduler refuses of this one it refuses of every length.
_ANY_LENGTH = Length(steps=997, steps_per_epoch=1)

# Activations that squeeze or cut what a loss takes as it comes.
_CHANGE_LOGITS = {
    *("Softmax", "LogSoftmax", "Softmin", "Sigmoid", "LogSigmoid", "Hardsigmoid", "Tanh"),
    *("Hardtanh", "ReLU", "ReLU6", "Softsign", "Softplus", "Threshold"),
}
_OF_NUMBERS = {"one-hot", "probability", "signs"}


def check_training(
    stage: Stage,
    spec: Train,
    layers: Sequence[Component],
    input_shape: tuple[int, ...],
    output: tuple[int, ...],
    flow: Flow,
    data: LoadData,
    findings: Findings,
) -> None:
    """Findings for a loss, an optimizer or a scheduler that does not work with this network."""
    check_loss(stage, spec.loss, last_layer(layers), output, flow, findings)
    with torch.device("meta"):
        network = build(layers, input_shape, seed=0, fetch_weights=False)
    if _all_frozen(stage, layers, network, findings):
        return
    try:
        with _without_compiler():
            optimizer = make_optimizer(spec.optimizer, network, device="meta")
    except RunError as error:
        _tell("optimizer", error, stage, spec.optimizer, findings)
        return
    if spec.scheduler is None:
        return
    length = _length(spec, data, flow)
    try:
        schedule(spec.scheduler, optimizer, length or _ANY_LENGTH, monitor=spec.monitor)
    except RunError as error:
        _tell("scheduler", error, stage, spec.scheduler, findings)
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


def check_loss(
    stage: Stage,
    loss: Component,
    last: Component,
    output: tuple[int, ...],
    flow: Flow,
    findings: Findings,
) -> None:
    """`output` is the shape of what the network gives for one image."""
    try:
        criterion(loss, device="cpu")
    except RunError as error:
        _tell("loss", error, stage, loss, findings)
    else:
        _check_target(stage, loss, output, flow, findings)
    wanted = loss.entry.traits["input"]
    if wanted in _INPUTS and last.name not in _INPUTS[wanted][0]:
        findings.add(
            "loss",
            f"{loss.name} takes {wanted}, and the network ends with {last.name}",
            name_span(loss.node, None, stage.span("loss")),
            help=_INPUTS[wanted][1],
        )
    if wanted == "logits" and last.name in _CHANGE_LOGITS:
        _tell_last_layer(stage, loss, last, findings)
    classes = flow.facts.num_classes
    for argument in loss.entry.traits.get("per_class", ()):
        given = loss.given.get(argument)
        if given is not None and classes is not None and len(given) != classes:
            findings.add(
                "classes",
                f"{argument} has {len(given)} numbers, the data has {classes} classes",
                name_span(loss.node, argument, stage.span("loss")),
            )


def _tell_last_layer(stage: Stage, loss: Component, last: Component, findings: Findings) -> None:
    own = loss.entry.traits["applies"]
    place = name_span(loss.node, None, stage.span("loss"))
    findings.add(
        "last-layer",
        f"{loss.name} applies {own} itself, and the network ends with {last.name}",
        layer_span(last, None, place),
        help=f"leave this {last.name} out",
        related=[(place, "the loss")],
    )


def _check_target(
    stage: Stage, loss: Component, output: tuple[int, ...], flow: Flow, findings: Findings
) -> None:
    """Targets that are numbers, and not classes, are viewed in the shape of what they are compared
    with; losses of a class take none.
    """
    shape = flow.facts.target_shape
    if shape is None:
        return
    place = name_span(loss.node, None, stage.span("loss"))
    if not set(forms(loss.entry)) & _OF_NUMBERS:
        findings.add(
            "loss",
            f"{loss.name} takes classes, and the targets are numbers",
            place,
            help="use MSELoss, or leave target_shape out",
        )
    elif prod(shape) != prod(output):
        findings.add(
            "loss",
            f"the targets {_shape_text(shape)} cannot be viewed as {_shape_text(output)}, "
            "which the network gives",
            place,
        )


def _shape_text(shape: tuple[int, ...]) -> str:
    return f"[{', '.join(['N', *map(str, shape)])}]"


def _length(spec: Train, data: LoadData, flow: Flow) -> Length | None:
    """The training's length, if the number of images is known without the data."""
    images = training_images(data, flow)
    if images is None:
        return None
    rounding = floor if data.drop_last else ceil
    per_epoch = max(1, rounding(images / data.batch_size))
    return Length(spec.steps or (spec.epochs or 0) * per_epoch, per_epoch)


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


def _tell(
    code: str, error: RunError, stage: Stage, component: Component, findings: Findings
) -> None:
    place = name_span(component.node, None, stage.span(code))
    if isinstance(error, Refused):
        place = _words_of(error, place)
    findings.add(
        code,
        error.message,
        place,
        help="; ".join(error.help) or None,
    )


def _words_of(refused: Refused, otherwise: Span) -> Span:
    """What is wrong in the component, or its name where that is not written."""
    node = refused.component.node
    if isinstance(node, MappingNode) and refused.path[0] in node.items:
        return span_at(node, refused.path)
    return name_span(node, None, otherwise)
