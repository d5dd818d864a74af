"""Checks a loss with the network whose outputs it takes, and with the targets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, prod
from typing import Any

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import Values, layer_facts, loss_facts
from cifar_pipe.catalog.images.data_facts import DataFacts
from cifar_pipe.checks.static.layers import last_layer, layer_span
from cifar_pipe.checks.torch.refusals import words_of
from cifar_pipe.checks.torch.shaped_network import ShapedNetwork
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.model.planning.planned import words
from cifar_pipe.model.value_ranges import UNKNOWN, layer_range, value_range
from cifar_pipe.pipeline.output_layers import output_layers
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.pipeline.spans import name_span
from cifar_pipe.training.targets import criterion, form_of

_COUNTS = "counts of 0 or more (log_input is false)"
# What a loss wants to be given: from where, to where, and what to do about other outputs.
_INPUTS = {
    "log-probabilities": (
        -inf,
        0.0,
        "end the layers with {type: LogSoftmax, dim: 1}, or use CrossEntropyLoss",
    ),
    "probabilities": (0.0, 1.0, "end the layers with Sigmoid, or use BCEWithLogitsLoss"),
    _COUNTS: (0.0, inf, "leave log_input out, or end the layers with Softplus"),
}
_OF_NUMBERS = {"one-hot", "probability", "signs"}


@dataclass(frozen=True, slots=True)
class Use:
    """A stage that uses a loss; `inherited` is the training that it takes the loss from."""

    stage: Stage
    loss: Component
    network: ShapedNetwork
    facts: DataFacts
    normal_targets: bool = False
    inherited: Stage | None = None

    def span(self, argument: str | None = None) -> Span:
        if self.inherited:
            return self.stage.id_span
        return name_span(self.loss.node, argument, self.stage.span("loss"))

    def tell(self, findings: Findings, code: str, message: str, **more: Any) -> None:
        argument = more.pop("argument", None)
        if self.inherited:
            name = self.inherited.id
            more["related"] = [(self.inherited.span("loss"), f"it takes the loss of {name}")]
            more["help"] = f"give {self.stage.id} a loss of its own, or from: {{history: STAGE}}"
        findings.add(code, message, self.span(argument), **more)


def check_loss(use: Use, findings: Findings) -> None:
    """Findings for what PyTorch would refuse, or what could mean nothing."""
    try:
        criterion(use.loss, device="cpu")
    except ProblemError as error:
        at = use.span() if use.inherited else words_of(error, use.loss, use.span())
        findings.report(error.problem, at)
        return
    if use.facts.target_shape is not None:
        _check_numbers(use, use.facts.target_shape, findings)
    _check_range(use, findings)
    _check_last_layers(use, findings)
    _check_per_class(use, findings)
    _check_weight(use, findings)


def of_random_input(use: Use) -> Use:
    """The use as `inspect` has it with a random input: what the data is does not matter."""
    return replace(use, facts=DataFacts(use.facts.image, None, None, None, None))


def takes_classes(loss: Component) -> bool:
    """Whether a random target of it is a class and not a number for each output."""
    return form_of(loss) in ("class index", "class list") or loss_facts(loss).of_probabilities


def _check_numbers(use: Use, shape: tuple[int, ...], findings: Findings) -> None:
    """Targets that are numbers, and not classes, are viewed in the shape of what they are compared
    with; losses of a class take none.
    """
    output = use.network.output_shape
    name = use.loss.name
    if not set(loss_facts(use.loss).targets) & _OF_NUMBERS or form_of(use.loss) not in _OF_NUMBERS:
        use.tell(
            findings,
            "loss",
            f"{name} takes classes, and the targets are numbers",
            help="use MSELoss, or leave target_shape out",
        )
    elif prod(shape) != prod(output):
        use.tell(
            findings,
            "loss",
            f"the targets {words(shape)} cannot be viewed as {words(output)}, "
            "which the network gives",
        )
    elif use.normal_targets and loss_facts(use.loss).of_probabilities:
        use.tell(
            findings,
            "loss",
            f"{name} takes targets from 0 to 1, and these are drawn with distribution: normal",
            help="use MSELoss, or distribution: uniform",
        )


def _check_range(use: Use, findings: Findings) -> None:
    facts = loss_facts(use.loss)
    wanted: str = facts.takes
    if facts.counts_without and not use.loss.get(facts.counts_without):
        wanted = _COUNTS
    if wanted not in _INPUTS:
        return
    low, high, help_ = _INPUTS[wanted]
    found = value_range(use.network.layers)
    if not found.may_be_within(low, high):
        last = last_layer(use.network.layers)
        use.tell(
            findings,
            "loss",
            f"{use.loss.name} takes {wanted}, and the network ends with {last.name}",
            notes=[f"its outputs lie between {found.low:.4g} and {found.high:.4g}"]
            if found.is_bounded
            else (),
            help=help_,
        )


def _check_last_layers(use: Use, findings: Findings) -> None:
    """Activations that the loss applies itself, or that spoil what it takes."""
    facts = loss_facts(use.loss)
    for last in output_layers(use.network.layers):
        at = layer_span(last, None, use.span())
        if facts.takes == "logits" and layer_facts(last).squashes:
            findings.add(
                "last-layer",
                f"{use.loss.name} applies {facts.applies} itself, and the network ends with {last.name}",
                at,
                help=f"leave this {last.name} out",
                related=[(use.span(), "the loss")],
            )
        elif facts.one_output and _is_per_output(last):
            findings.add(
                "last-layer",
                f"{use.loss.name} raises the right class's output alone, and after {last.name} that "
                "lowers no other",
                at,
                help="write {type: LogSoftmax, dim: 1} instead",
                related=[(use.span(), "the loss")],
            )


def _is_per_output(layer: Component) -> bool:
    """Whether it gives log-probabilities of each class by itself, which have no common sum."""
    facts = layer_facts(layer)
    return facts.values is Values.FUNCTION and layer_range(layer, [UNKNOWN]).high <= 0


def _check_per_class(use: Use, findings: Findings) -> None:
    """Arguments with one number per class, which is one per output."""
    classes, output = use.facts.num_classes, use.network.output_shape
    wanted = classes or (output or (1,))[-1]
    of = f"the data has {wanted} classes" if classes else f"the network gives {wanted} outputs"
    for argument in loss_facts(use.loss).per_class:
        given = use.loss.given.get(argument)
        if given is not None and len(given) != wanted:
            use.tell(
                findings, "classes", f"{argument} has {len(given)} numbers, {of}", argument=argument
            )


def _check_weight(use: Use, findings: Findings) -> None:
    """A weighted mean divides by the sum of the weights that are met."""
    weight = use.loss.given.get("weight")
    if weight is not None and not any(weight):
        use.tell(
            findings,
            "loss",
            f"{use.loss.name} has a weight of 0 for every class: nothing is left to measure",
            argument="weight",
            help="give the classes that count a weight above 0",
        )


def never_counted(loss: Component, classes: int | None) -> str | None:
    """The argument by which the images of some class do not count in the mean, if there is one."""
    if not loss_facts(loss).weighted_mean or form_of(loss) != "class index":
        return None
    if loss.get("reduction") != "mean":
        return None
    if 0 <= loss.get("ignore_index") < (classes or 0):
        return "ignore_index"
    return "weight" if 0 in (loss.given.get("weight") or ()) else None
