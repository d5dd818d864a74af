"""Losses fit the network whose outputs they take, and the targets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf, prod

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import Values, layer_facts, loss_facts
from cifar_pipe.catalog.core.layer_lists import last_layer, output_layers
from cifar_pipe.catalog.core.loss_targets import form_of, is_summed, unweighted
from cifar_pipe.catalog.images.data_facts import DataFacts, Images
from cifar_pipe.catalog.images.transform_flow import mixer_of
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.data_flow import Flow
from cifar_pipe.checks.network import NetworkUse
from cifar_pipe.checks.torch.analysis.sure import makes_loss
from cifar_pipe.diagnostics.problem import Path, Problem, ProblemError
from cifar_pipe.model.planning.planned import words
from cifar_pipe.model.value_ranges import UNKNOWN, layer_range, value_range
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.pipeline.roles import Trains, UsesLoss
from cifar_pipe.syntax.nodes import span_at

CODES = ("loss", "classes", "shape", "last-layer")
NEEDS_TORCH = True

_COUNTS = "counts of 0 or more (log_input is false)"
# What a loss takes: from where, to where, what the layers would end with, and what else would do.
_INPUTS = {
    "log-probabilities": (-inf, 0.0, "{type: LogSoftmax, dim: 1}", "use CrossEntropyLoss"),
    "probabilities": (0.0, 1.0, "Sigmoid", "use BCEWithLogitsLoss"),
    _COUNTS: (0.0, inf, "Softplus", "leave log_input out"),
}
# Forms of targets in which an image may have a share of several classes.
_SHARES = {"one-hot", "probability"}
_OF_NUMBERS = {"one-hot", "probability", "signs"}

_NO_DATA = DataFacts(Images.of(None), None, None, None, None)


@dataclass(frozen=True, slots=True)
class LossUse(NetworkUse):
    """A stage that uses a loss; `inherited` is the training that it takes it from."""

    loss: Component
    inherited: Stage | None = None

    @property
    def facts(self) -> DataFacts:
        """Of the targets: those of random ones are not known."""
        return self.flow.facts if self.flow else _NO_DATA

    @property
    def path(self) -> Path:
        return () if self.inherited else ("loss",)

    def placed(self, problem: Problem) -> Problem:
        """A problem of the loss as one of the stage."""
        if self.inherited is None:
            return problem.below("loss")
        span = span_at(self.inherited.node, ("loss",))
        related = ((span, f"it takes the loss of {self.inherited.id}"),)
        help_ = f"give {self.stage.id} a loss of its own, or from: {{history: STAGE}}"
        return replace(problem, path=(), help=help_, related=related)


def check(context: CheckContext) -> None:
    for use in context.uses():
        loss_use = _loss_use(context, use)
        if loss_use is None:
            continue
        context.report(use.stage, *map(loss_use.placed, _problems(loss_use)))
        context.report(use.network.stage, *_last_layers(loss_use))


def _loss_use(context: CheckContext, use: NetworkUse) -> LossUse | None:
    """The stage's own loss, or that of the training above where it is used differently there."""
    spec, inputs = use.stage.spec, use.stage.inputs
    if not isinstance(spec, UsesLoss):
        return None
    if spec.loss is not None:
        # checks/torch/inspections.py reports a network without gradients.
        looks = use.stage.type.name == "inspect" and not use.network.takes_gradients
        return None if looks else LossUse(use.stage, use.network, use.flow, spec.loss)
    training = context.pipeline.find(inputs.get("history"))
    if training is None or not isinstance(training.spec, Trains):
        return None
    trained = context.networks.get(training.id)
    same_network = trained is not None and trained.stage is use.network.stage
    if same_network and training.inputs.get("data") == inputs.get("data"):
        return None
    return LossUse(use.stage, use.network, use.flow, training.spec.loss, training)


def _problems(use: LossUse) -> Iterator[Problem]:
    """What PyTorch would refuse, or what could mean nothing."""
    try:
        _make(use.loss)
    except ProblemError as error:
        yield error.problem
        return
    found = [*_numbers(use), *_ranges(use), *_per_class(use), *_weights_of_zero(use)]
    found += _mixed_labels(use)
    if use.flow is None and not found:
        found += _random_targets(use)
    yield from (*found, *_not_counted(use))


def _make(loss: Component) -> None:
    """Raises ProblemError for a form of targets that the loss does not take, and what PyTorch refuses."""
    form_of(loss)
    if makes_loss(loss):
        return
    from cifar_pipe.training.targets import criterion  # noqa: PLC0415 (torch)

    criterion(unweighted(loss), device="cpu")


def _random_targets(use: LossUse) -> Iterator[Problem]:
    """A random target is a class, or a number for each output."""
    name, output = use.loss.name, use.network.output_shape
    of_classes = form_of(use.loss) in ("class index", "class list")
    if (of_classes or loss_facts(use.loss).of_probabilities) and len(output) != 1:
        message = f"{name} takes [N, classes], and the network gives {words(output)}"
        help_ = "end the layers with Flatten and Linear, or leave loss out"
        yield Problem(message, code="shape", help=help_)


def _numbers(use: LossUse) -> Iterator[Problem]:
    """Targets that are numbers, and not classes, are viewed in the shape of what they are compared
    with; losses of a class take none.
    """
    shape, output, name = use.facts.target_shape, use.network.output_shape, use.loss.name
    if shape is None:
        return
    if not set(loss_facts(use.loss).targets) & _OF_NUMBERS or form_of(use.loss) not in _OF_NUMBERS:
        message = f"{name} takes classes, and the targets are numbers"
        yield Problem(message, code="loss", help="use MSELoss, or leave target_shape out")
    elif prod(shape) != prod(output):
        outputs = f"{words(output)}, which the network gives"
        yield Problem(f"the targets {words(shape)} cannot be viewed as {outputs}", code="loss")
    elif loss_facts(use.loss).of_probabilities and _is_normal(use.flow):
        message = f"{name} takes targets from 0 to 1, and these are drawn with distribution: normal"
        help_ = "use MSELoss, or leave distribution out of the dataset"
        yield Problem(message, code="loss", help=help_)


def _mixed_labels(use: LossUse) -> Iterator[Problem]:
    """MixUp makes shares of the classes from the labels."""
    mixer = mixer_of(use.flow.spec.transforms) if use.flow else None
    if mixer is None or not isinstance(use.stage.spec, Trains):
        return
    if use.facts.target_shape is not None:
        message = f"{mixer.name} mixes classes, and the targets are numbers"
        yield Problem(message, code="loss", help=f"leave {mixer.name} out of the transforms")
    if form_of(use.loss) in _SHARES:
        return
    gives = f"{mixer.name} gives each image a share of two"
    if "probability" not in loss_facts(use.loss).targets:
        message = f"{use.loss.name} takes one class per image, and {gives}"
        yield Problem(message, code="loss", help="use CrossEntropyLoss")
    elif "ignore_index" in use.loss.given:
        message = f"ignore_index leaves out images of one class, and {gives}"
        yield Problem(message, ("ignore_index",), "loss", "leave ignore_index out")


def _is_normal(flow: Flow | None) -> bool:
    return flow is not None and flow.spec.dataset.given.get("distribution") == "normal"


def _ranges(use: LossUse) -> Iterator[Problem]:
    facts = loss_facts(use.loss)
    counts = facts.counts_without and not use.loss.get(facts.counts_without)
    wanted = _COUNTS if counts else facts.takes
    if wanted not in _INPUTS:
        return
    low, high, end, instead = _INPUTS[wanted]
    found = value_range(use.network.layers)
    if not found.may_be_within(low, high):
        _, last = last_layer(use.network.layers)
        message = f"{use.loss.name} takes {wanted}, and the network ends with {last.name}"
        note = f"its outputs lie between {found.low:.4g} and {found.high:.4g}"
        notes = (note,) if found.is_bounded else ()
        # Another loss takes plain outputs; the network of another stage's loss stays as it is.
        ends = [layer for _, layer in output_layers(use.network.layers)]
        plain = wanted == _COUNTS or not any(layer_facts(one).squashes for one in ends)
        helps = [f"end the layers with {end}"] if isinstance(use.stage.spec, Trains) else []
        helps += [instead] if plain or not helps else []
        yield Problem(message, code="loss", help=", or ".join(helps), notes=notes)


def _last_layers(use: LossUse) -> Iterator[Problem]:
    """Activations that the loss applies itself, or that spoil what it takes; at the layers."""
    facts, name = loss_facts(use.loss), use.loss.name
    related = ((use.stage.locate(*use.path), "the loss"),)
    for path, last in output_layers(use.network.layers):
        if facts.takes == "logits" and layer_facts(last).squashes:
            applies = f"{name} applies {facts.applies} itself"
            message = f"{applies}, and the network ends with {last.name}"
            help_ = f"leave this {last.name} out"
        elif facts.one_output and _is_per_output(last):
            alone = f"{name} raises the right class's output alone"
            message = f"{alone}, and after {last.name} that lowers no other"
            help_ = "write {type: LogSoftmax, dim: 1} instead"
        else:
            continue
        yield Problem(message, path, "last-layer", help_, related=related)


def _is_per_output(layer: Component) -> bool:
    """Whether it gives log-probabilities of each class by itself, which have no common sum."""
    facts = layer_facts(layer)
    return facts.values is Values.FUNCTION and layer_range(layer, [UNKNOWN]).high <= 0


def _per_class(use: LossUse) -> Iterator[Problem]:
    """Arguments with one number per class, which is one per output."""
    classes, output = use.facts.num_classes, use.network.output_shape
    wanted = classes or (output or (1,))[-1]
    of = f"the data has {wanted} classes" if classes else f"the network gives {wanted} outputs"
    for argument in loss_facts(use.loss).per_class:
        given = use.loss.given.get(argument)
        if isinstance(given, list) and len(given) != wanted:
            yield Problem(f"{argument} has {len(given)} numbers, {of}", (argument,), "classes")


def _weights_of_zero(use: LossUse) -> Iterator[Problem]:
    """A weighted mean divides by the sum of the weights that are met."""
    weight = use.loss.given.get("weight")
    if weight is not None and not any(weight):
        message = f"{use.loss.name} has a weight of 0 for every class: nothing is left to measure"
        help_ = "give the classes that count a weight above 0"
        yield Problem(message, ("weight",), "loss", help_)


def _not_counted(use: LossUse) -> Iterator[Problem]:
    """A training's mean over a batch divides by the weights of its labels: not all may be 0."""
    flow, loss, weight = use.flow, use.loss, use.loss.given.get("weight") or ()
    trains = isinstance(use.stage.spec, Trains)
    if flow is None or flow.spec.batch_size > 1 or not trains or not any(weight):
        return
    by_label = loss_facts(loss).weighted_mean and form_of(loss) == "class index"
    if by_label and not is_summed(loss) and 0 in weight:
        leaves_out = "weight leaves a class out: of its images the mean is 0 / 0"
        help_ = "a batch_size of 2 or more, or reduction: sum"
        yield Problem(f"each batch has 1 image, and {leaves_out}", ("weight",), "loss", help_)
