"""The log points of a training: a line for people, and a row of metrics.jsonl."""

from __future__ import annotations

from collections.abc import Mapping

from torch.optim import Optimizer

from cifar_pipe.context import Context
from cifar_pipe.training.evaluation.validation import in_words
from cifar_pipe.training.meter import Meter
from cifar_pipe.training.progress.reached import Reached


class Log:
    def __init__(
        self, context: Context, reached: Reached, meter: Meter, optimizer: Optimizer
    ) -> None:
        self._context = context
        self._reached = reached
        self._meter = meter
        self._optimizer = optimizer

    @property
    def lr(self) -> float:
        return float(self._optimizer.param_groups[0]["lr"])

    def loss(self, number: int) -> None:
        """The tutorial's line after so many steps of the epoch: the mean loss since the last one, or
        since the epoch's start.
        """
        loss, epoch = self._meter.mean(), self._reached.epochs + 1
        self._context.events.say(f"[{epoch}, {number:5d}] loss: {loss:.3f}")
        speed = round(self._meter.images_per_second(), 1)
        self._record(self._reached.steps + number, loss=loss, lr=self.lr, images_per_second=speed)
        self._meter.reset()

    def measured(self, values: Mapping[str, float]) -> None:
        """An epoch's values on the validation split, if it has any."""
        if values:
            words = ", ".join(in_words(name, value) for name, value in values.items())
            self._context.events.say(f"[{self._reached.epochs + 1}] {words}")
            self._record(self._reached.all_steps, **values)

    def _record(self, step: int, **values: float) -> None:
        at = {"stage": self._context.stage, "epoch": self._reached.epochs + 1, "step": step}
        row = {**at, **values, "seconds": round(self._reached.seconds, 3)}
        self._reached.rows.append(row)
        self._context.record(row)
