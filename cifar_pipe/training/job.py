"""What a training is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data
from cifar_pipe.model.network import Network
from cifar_pipe.training_length import Length

Monitor = Literal["val_loss", "val_accuracy"]


class TrainingSettings(Protocol):
    """The settings of a training, as the stage `train` has them: either `epochs` or `steps`."""

    @property
    def epochs(self) -> int | None: ...
    @property
    def steps(self) -> int | None: ...
    @property
    def loss(self) -> Component: ...
    @property
    def optimizer(self) -> Component: ...
    @property
    def scheduler(self) -> Component | None: ...
    @property
    def log_every(self) -> int | None: ...
    @property
    def monitor(self) -> Monitor | None: ...
    @property
    def restore_best(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class TrainingJob:
    network: Network
    data: Data
    settings: TrainingSettings
    context: Context

    @property
    def length(self) -> Length:
        per_epoch = self.data.steps_per_epoch()
        return Length.over(per_epoch, epochs=self.settings.epochs, steps=self.settings.steps)
