"""What checks and builders need to know of a component beyond its arguments: one class per kind.

A row of a table gives the facts beside the arguments. What a row does not say is not known, and no
check concludes anything from it. The facts of transforms and datasets, which speak of images, are
in `catalog/images/data_facts.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from math import inf
from typing import Literal, NamedTuple, Protocol, TypeVar

from cifar_pipe.frozen import frozen


@frozen(kw_only=True)
class Facts:
    """No facts: the arguments say everything."""


class HasFacts(Protocol):
    """An Entry or a Component."""

    @property
    def facts(self) -> Facts: ...


class Range(NamedTuple):
    """All numbers from `low` to `high`, both included."""

    low: float = -inf
    high: float = inf


ANY = Range()
"""What weights give: any number, of either sign, whatever goes in."""


class Values(Enum):
    """How the values of a layer's output follow from those of its input, or its inputs."""

    KEPT = auto()  # some of them, or means of some
    KEPT_OR_ZERO = auto()  # the same, and zeros, or values between them and zero
    SCALED_OR_ZERO = auto()  # each is zero or the input's divided by 1 - p
    KEPT_ABOVE_ZERO = auto()  # those above zero; what becomes of the others is not fixed
    FUNCTION = auto()  # each is a function of one element: the range is found by trying it out
    SUM = auto()  # each is the sum of one element of each input
    PRODUCT = auto()  # each is the product of one element of each input
    UNION = auto()  # those of all inputs


class Package(NamedTuple):
    """A package that is not among our dependencies, and the command that installs it."""

    name: str
    module: str
    install: str


@frozen(kw_only=True)
class NetworkFacts:
    """Of a whole network of torchvision, or of timm.

    `head` is the path of the last layer, replaced for another number of classes than
    `pretrained_classes`, which the pretrained weights know; None where the network itself says
    it, and is made with the right one. `channels` are those of its images, None for any. `needs`
    is the package that it comes from. `auxiliary` are further heads, used in
    training only, that are left out: a layer gives one tensor. `image_size` is the argument for the
    size of the images, where that is fixed. `computes_sizes` is true where its numbers of channels
    are computed with tensors, on whatever device these are. `pretrained_with` are the arguments
    that are true where the network begins with trained weights, unless they are written.
    """

    head: str | None
    channels: int | None = 3
    needs: Package | None = None
    pretrained_classes: int = 1000
    auxiliary: tuple[str, ...] = ()
    image_size: str | None = None
    computes_sizes: bool = False
    pretrained_with: tuple[str, ...] = ()


@frozen(kw_only=True)
class LayerFacts(Facts):
    """Of a layer.

    Shapes: `dimensions` are the numbers of dimensions, with the batch, that it takes without
    surprises; None where it takes any. `[C, H, W]` without the batch is never meant here, though
    PyTorch takes it. `after_flatten`: it works on [N, F], and on an image only along its last
    dimension, so a Flatten is probably missing above it.

    Values: `values` is the range of the output or how it follows from the input's, None where that
    is not known. `passes_through`: in evaluation its output has the numbers of its input, in
    another shape or order at most. `squashes`: it cuts off or squeezes logits, which a loss of
    logits takes as they are. `drops`: the argument with the share of elements that become zero in
    training. `exponent`: the argument with the power to which it raises what it is given, to take
    the root of a sum of these.

    Structure: `joins`: it takes the outputs of several layers, which `input` names. `lists`: the
    arguments that hold lists of layers, each with a scope of ids of its own. `shares`: it has no
    parameters of its own; the layer that `of` names runs once more. `network`: it is a whole
    network with its own stem and head.
    """

    dimensions: tuple[int, ...] | None = None
    after_flatten: bool = False
    values: Range | Values | None = None
    passes_through: bool = False
    squashes: bool = False
    drops: str | None = None
    exponent: str | None = None
    joins: bool = False
    lists: tuple[str, ...] = ()
    shares: bool = False
    network: NetworkFacts | None = None


@frozen(kw_only=True)
class InitializerFacts(Facts):
    """`dimensions` are the fewest and the most that a parameter may have, None where any will do."""

    dimensions: tuple[int, int] | None = None


Target = Literal["class index", "one-hot", "probability", "signs", "class list"]
"""The forms that targets can have.

class index: int64 [N]; one-hot and probability: float [N, classes], 1 for the class, else 0; signs:
float [N, classes], 1 for the class, else -1; class list: int64 [N, classes], the class, and -1 for
the rest. Targets that are numbers already are viewed in the outputs' shape.
"""


@frozen(kw_only=True)
class LossFacts(Facts):
    """`takes` is what the network must give; `scores` are any numbers.

    `counts_without` is the argument whose `false` makes the scores counts of 0 or more. `target` is
    the usual form of the targets that the training makes of the labels, `also` are those that the
    key `target` can ask for. `applies` is the activation that a loss of logits applies itself.
    `per_class` are arguments with one number per class. `reduction` is what it makes of the images
    of a batch where no argument says so. `weighted_mean`: its mean over a batch divides by the
    weights of the labels and not by the number of images. `one_output`: it counts the output for the
    right class alone, so that those for the others must fall when it rises.
    """

    takes: Literal["logits", "log-probabilities", "probabilities", "scores"]
    target: Target
    also: tuple[Target, ...] = ()
    counts_without: str | None = None
    applies: str | None = None
    per_class: tuple[str, ...] = ()
    reduction: Literal["sum"] | None = None
    weighted_mean: bool = False
    one_output: bool = False

    @property
    def targets(self) -> tuple[Target, ...]:
        """The forms of targets that it takes, its usual one first."""
        return (self.target, *self.also)

    @property
    def of_probabilities(self) -> bool:
        """Whether it compares probabilities, or their logarithms, with targets from 0 to 1."""
        return self.takes in ("probabilities", "log-probabilities")

    @property
    def of_distribution(self) -> bool:
        """Whether it compares a distribution over the classes, or its logarithm, which is as good as
        logits that it applies LogSoftmax to.
        """
        return self.of_probabilities or self.applies == "LogSoftmax"


@frozen(kw_only=True)
class OptimizerFacts(Facts):
    """`has_momentum`: it has a momentum or a beta that a scheduler can cycle.

    `takes_groups` is false where it treats all parameters alike. `needs_closure`: its step calls a
    function that computes the loss again. `matrices_only`: it takes parameters of two dimensions.
    """

    has_momentum: bool = False
    takes_groups: bool = True
    needs_closure: bool = False
    matrices_only: bool = False


class Milestone(NamedTuple):
    """Something that a scheduler does after `argument` + `plus` of its steps.

    `words` says what, with {} for the number of steps. It must come by the last step; with
    `before_last` earlier, as what the last step does is never used. `too_early` are the words for
    what happens when it comes before the last step, where that is wrong too.
    """

    argument: str
    words: str
    plus: int = 0
    before_last: bool = False
    too_early: str | None = None


@frozen(kw_only=True)
class SchedulerFacts(Facts):
    """`per`: when it steps where the pipeline does not say; None where its inner schedulers say it.

    `inferred_length` is the argument that becomes the training's length where it is left out.
    `cycles_momentum`: unless `cycle_momentum` is false, the optimizer needs a momentum. `sets_lr`:
    it sets one learning rate for all parameters, whatever the optimizer's is. `watches`: it steps by
    the value of the training's `monitor`. `changes_first_step`: it sets the learning rate of the
    first step as well. `lowest` is the argument with the smallest learning rate that it goes down to.
    `milestones` are what it does within the training.
    """

    per: Literal["step", "epoch"] | None = "epoch"
    inferred_length: str | None = None
    cycles_momentum: bool = False
    sets_lr: bool = False
    watches: bool = False
    changes_first_step: bool = False
    lowest: str | None = None
    milestones: tuple[Milestone, ...] = ()


@frozen(kw_only=True)
class AveragingFacts(Facts):
    """`starts` is the argument that names the first epoch whose weights count; without it all do.

    Such an average exists at the end alone, and not after each epoch.
    """

    starts: str | None = None


@frozen(kw_only=True)
class CallbackFacts(Facts):
    """`needs_monitor`: it looks at the value that the training watches. `patience` is the argument
    that says how many epochs have to pass before it does something. `split` is the argument that
    names the split whose classes it shows.
    """

    needs_monitor: bool = False
    patience: str | None = None
    split: str | None = None


@frozen(kw_only=True)
class TrackerFacts(Facts):
    """`needs` is the package that it hands the run to, None where that is none."""

    needs: Package | None = None


@frozen(kw_only=True)
class MetricFacts(Facts):
    """Of a metric.

    `takes` is what it is computed from: how many images of each class were taken for which, or the
    probabilities of all classes. `is_share`: it is a share of something, shown in percent.
    `counted`: its share is one of images, and has a confidence interval.

    Where a class is 0 / 0: `leaves_out` are the classes that do not count, those without images
    (absent), or those that are not predicted either (unseen); `zero_for` are classes that count as
    0: absent ones, or those that are never predicted; or the metric is 0 where it has one class to
    compare (constant).
    """

    takes: Literal["counts", "probabilities"] = "counts"
    is_share: bool = True
    counted: bool = False
    leaves_out: Literal["absent", "unseen"] | None = None
    zero_for: Literal["absent", "unpredicted", "constant"] | None = None


@frozen(kw_only=True)
class SamplerFacts(Facts):
    """`length` is the argument for how many images an epoch takes, `per_class` the one that has a
    number per class.
    """

    length: str | None = None
    per_class: str | None = None


SomeFacts = TypeVar("SomeFacts", bound=Facts)


def typed(kind: type[SomeFacts]) -> Callable[[HasFacts], SomeFacts]:
    """Gives the facts of an entry or a component, which must be of this kind."""

    def facts_of(holder: HasFacts) -> SomeFacts:
        assert isinstance(holder.facts, kind)
        return holder.facts

    return facts_of


layer_facts = typed(LayerFacts)
initializer_facts = typed(InitializerFacts)
loss_facts = typed(LossFacts)
optimizer_facts = typed(OptimizerFacts)
scheduler_facts = typed(SchedulerFacts)
averaging_facts = typed(AveragingFacts)
sampler_facts = typed(SamplerFacts)
callback_facts = typed(CallbackFacts)
metric_facts = typed(MetricFacts)
tracker_facts = typed(TrackerFacts)
