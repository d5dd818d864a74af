"""How far a training has come."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from cifar_pipe.training.progress.points import mean_loss, spans
from cifar_pipe.training_length import Length


class Reached:
    """`epochs` are done; `steps` were taken in them, and `in_epoch` more in the one after them.

    `validating` is the time that measuring and saving took, in seconds. `first` is the first loss, `rows` are the
    log points, and `stopped` says why a callback ends the training.
    """

    def __init__(self) -> None:
        self.epochs = self.steps = self.in_epoch = self.images = 0
        self.validating = 0.0
        self.first: float | Tensor | None = None
        self.rows: list[Mapping[str, Any]] = []
        self.stopped: str | None = None
        self._began = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Of training, since the first step, in all processes that had a part in it."""
        return time.perf_counter() - self._began

    @property
    def position(self) -> tuple[int, int]:
        return self.epochs, self.in_epoch

    @property
    def all_steps(self) -> int:
        return self.steps + self.in_epoch

    def is_over(self, length: Length) -> bool:
        """Whether nothing is left: an epoch that was stopped has its end still to come."""
        return self.epochs >= length.epochs or (self.stopped is not None and not self.in_epoch)

    def end_epoch(self, *, images: int) -> None:
        self.epochs += 1
        self.steps, self.in_epoch = self.all_steps, 0
        self.images += images

    def last_loss(self) -> float:
        """The mean of the last epoch that was logged, 0 where none was."""
        points = spans(self.rows)
        last = [one for one in points if one[0]["epoch"] == points[-1][0]["epoch"]]
        return mean_loss(last) if last else 0.0

    def in_words(self, length: Length) -> str:
        epoch = min(self.epochs + 1, length.epochs)
        return f"epoch {epoch}, step {self.all_steps:,} of {length.steps:,}"

    def state_dict(self) -> dict[str, Any]:
        # Reading the first loss may wait for the device.
        first = None if self.first is None else float(self.first)
        return {**vars(self), "first": first, "_began": None, "seconds": self.seconds}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        vars(self).update({name: state[name] for name in vars(self)})
        self.rows = [*self.rows]
        self._began = time.perf_counter() - state["seconds"]
