"""The learning rate over time."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Literal

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from cifar_pipe.catalog.build import build
from cifar_pipe.catalog.component import Component
from cifar_pipe.errors import RunError


@dataclass(frozen=True)
class Length:
    """How long a training is; `steps` are all of them, over all epochs."""

    steps: int
    steps_per_epoch: int

    @property
    def epochs(self) -> int:
        """Epochs that are begun."""
        return ceil(self.steps / self.steps_per_epoch)


class Schedule:
    """Steps a scheduler when its time has come; without one it leaves the learning rate alone."""

    def __init__(self, scheduler: LRScheduler | None, per: Literal["step", "epoch"]) -> None:
        self._scheduler = scheduler
        self.per_step = scheduler is not None and per == "step"
        self._per_epoch = scheduler is not None and per == "epoch"

    def after_step(self) -> None:
        if self.per_step:
            self._step()

    def after_epoch(self) -> None:
        if self._per_epoch:
            self._step()

    def _step(self) -> None:
        assert self._scheduler is not None
        try:
            self._scheduler.step()
        except ValueError as error:
            # OneCycleLR beyond its total_steps.
            raise RunError(
                f"{type(self._scheduler).__name__}: {error}",
                help="leave its length out: it is the training's",
            ) from error


def schedule(component: Component | None, optimizer: Optimizer, length: Length) -> Schedule:
    """The schedule of a training of this length.

    It steps as `per` says, else as the scheduler's table row says. A length that is left out
    (T_max, total_steps) is the training's, in what the scheduler counts. Raises RunError for values
    that PyTorch refuses.
    """
    if component is None:
        return Schedule(None, "epoch")
    per = component.common.get("per") or component.entry.traits["per"]
    argument = component.entry.traits.get("inferred_length")
    extra = {}
    if argument is not None and component.given.get(argument) is None:
        extra[argument] = length.steps if per == "step" else length.epochs
    try:
        return Schedule(build(component, optimizer=optimizer, **extra), per)
    except (ValueError, TypeError) as error:
        raise RunError(f"{component.name}: {error}") from error
