"""What the settings of a stage say that it does, whatever its type is.

Checks ask for a role and not for a stage type: a stage type that is added with a `loss` or a `split`
is checked like those that have one. tests/pipeline/test_roles.py holds that the settings of all
stage types are named as here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol, runtime_checkable

from cifar_pipe.catalog.core.component import Component


@runtime_checkable
class UsesLoss(Protocol):
    """Compares outputs with targets; without a loss of its own with that of the history it takes."""

    loss: Component | None


@runtime_checkable
class Trains(Protocol):
    """Changes the network's parameters."""

    loss: Component
    optimizer: Component
    scheduler: Component | None
    epochs: int | None
    steps: int | None
    log_every: int | None


@runtime_checkable
class Tries(Protocol):
    """Tries a setting out for a training, which is another stage."""

    for_stage: str
    loss: Component
    optimizer: Component


@runtime_checkable
class SetsSteps(Protocol):
    """Says what a step of its training takes and does."""

    accumulate: int
    clip_grad_norm: float | None
    clip_grad_value: float | None


@runtime_checkable
class ChoosesParameters(Protocol):
    """Names the parameters that it trains."""

    trainable: Sequence[str] | None


def trained_patterns(spec: Trains) -> Sequence[str] | None:
    """The patterns of the parameters that the training names; None where it leaves that to the layers."""
    return spec.trainable if isinstance(spec, ChoosesParameters) else None


@runtime_checkable
class Averages(Protocol):
    """Keeps an average of the weights."""

    averaging: Component | None


@runtime_checkable
class HasCallbacks(Protocol):
    """Lets callbacks watch what it does."""

    callbacks: Sequence[Component]


@runtime_checkable
class Monitors(Protocol):
    """Watches a value that is measured on the validation split."""

    monitor: str | None


@runtime_checkable
class RestoresBest(Protocol):
    """Takes the weights of its best epoch at the end, where that is wanted."""

    restore_best: bool


@runtime_checkable
class Measures(Protocol):
    """Puts a split through the network, in batches of its own, and measures the outputs."""

    metrics: Sequence[Component] | None
    views: Sequence[Sequence[Component]] | None
    batch_size: int


@runtime_checkable
class TakesSplit(Protocol):
    """Takes the images of one split."""

    split: Literal["train", "val", "test"]


@runtime_checkable
class TakesFolder(Protocol):
    """Takes the images below a folder, which have no labels."""

    root: str
    top: int


@runtime_checkable
class ShowsImages(Protocol):
    """Shows the first images of one split, or as many of its images."""

    split: Literal["train", "val", "test"]
    count: int
