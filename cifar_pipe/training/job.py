"""A training: what it is given, and how it went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Protocol

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.loss_targets import is_summed
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data
from cifar_pipe.model.network import Network
from cifar_pipe.training_length import Length


class Interval(Protocol):
    """The time from one checkpoint to the next, as the stage `train` has it: one of the three."""

    @property
    def steps(self) -> int | None: ...
    @property
    def epochs(self) -> int | None: ...
    @property
    def minutes(self) -> float | None: ...


class StepSettings(Protocol):
    """What a step of a training is made of."""

    @property
    def loss(self) -> Component: ...
    @property
    def optimizer(self) -> Component: ...
    @property
    def trainable(self) -> Sequence[str] | None: ...
    @property
    def accumulate(self) -> int: ...
    @property
    def clip_grad_norm(self) -> float | None: ...
    @property
    def clip_grad_value(self) -> float | None: ...


class TrainingSettings(StepSettings, Protocol):
    """The settings of a training, as the stage `train` has them: either `epochs` or `steps`."""

    @property
    def epochs(self) -> int | None: ...
    @property
    def steps(self) -> int | None: ...
    @property
    def scheduler(self) -> Component | None: ...
    @property
    def averaging(self) -> Component | None: ...
    @property
    def callbacks(self) -> Sequence[Component]: ...
    @property
    def log_every(self) -> int | None: ...
    @property
    def monitor(self) -> Literal["val_loss", "val_accuracy"] | None: ...
    @property
    def restore_best(self) -> bool: ...
    @property
    def checkpoint(self) -> Interval | None: ...


@dataclass(frozen=True, slots=True)
class TrainingJob:
    network: Network
    data: Data
    settings: TrainingSettings
    context: Context

    @property
    def length(self) -> Length:
        settings = self.settings
        return Length.over(
            self.data.batches_per_epoch(),
            epochs=settings.epochs,
            steps=settings.steps,
            accumulate=settings.accumulate,
        )


@dataclass(frozen=True)
class Best:
    """The epoch (1-based) in which `metric` was best; accuracies are fractions."""

    epoch: int
    metric: str
    value: float


@dataclass(frozen=True)
class History:
    """`epochs` counts begun ones, `steps` weight updates, `seconds` the training alone.

    `share_of_peak` is of what the GPU can do at most, from 0 to 1, where that is known. `rows` are the log points, as
    metrics.jsonl has them: losses per image, whatever the `loss` makes of a batch. `choices` are those for speed: engine, threads, oneDNN, fused. `stopped` says why it
    ended early, `weights` what the weights are where they are not the last.
    """

    epochs: int
    steps: int
    seconds: float
    images_per_second: float
    loss: Component
    rows: Sequence[Mapping[str, Any]] = ()
    best: Best | None = None
    choices: Mapping[str, Any] = field(default_factory=dict)
    stopped: str | None = None
    weights: str | None = None
    share_of_peak: float | None = None

    def of_peak(self, share: float | None) -> History:
        return replace(self, share_of_peak=share)

    def plain(self) -> dict[str, Any]:
        """What history.json holds."""
        return {
            "epochs": self.epochs,
            "steps": self.steps,
            "seconds": round(self.seconds, 3),
            "images_per_second": round(self.images_per_second, 1),
            **(
                {}
                if self.share_of_peak is None
                else {"share_of_peak": round(self.share_of_peak, 4)}
            ),
            **({"loss": "summed over each batch, shown per image"} if is_summed(self.loss) else {}),
            **({"best": asdict(self.best)} if self.best else {}),
            **({"stopped": self.stopped} if self.stopped else {}),
            **({"weights": self.weights} if self.weights else {}),
            "choices": dict(self.choices),
        }
