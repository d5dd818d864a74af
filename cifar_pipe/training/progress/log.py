"""What a training logs: lines for people, and more points than lines in metrics.jsonl."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from torch.optim import Optimizer

from cifar_pipe.context import Context
from cifar_pipe.training.callbacks.callback import State
from cifar_pipe.training.evaluation.validation import in_words
from cifar_pipe.training.meter import Meter
from cifar_pipe.training.progress.reached import Reached

_OWN = ("stage", "epoch", "step", "seconds", "loss", "lr", "images_per_second")


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

    @property
    def rates(self) -> tuple[float, ...]:
        """The learning rates of all groups of parameters."""
        return tuple(float(group["lr"]) for group in self._optimizer.param_groups)

    def loss(self, number: int, *, said: bool) -> None:
        """A row after so many steps of the epoch, with the mean loss since the last row; and where it is
        `said` the tutorial's line, with that since the last line, or since the epoch's start.

        Nothing where no step counts: curves have more points than people want lines.
        """
        meter, epoch = self._meter, self._reached.epochs + 1
        if said and meter.steps:
            self._context.events.say(f"[{epoch}, {number:5d}] loss: {meter.mean():.3f}")
        if meter.has_point:
            loss, speed = meter.point(), round(meter.images_per_second(), 1)
            step = self._reached.steps + number
            self._record(step, loss=loss, lr=self.lr, images_per_second=speed)
        if said:
            meter.reset()

    def measured(self, values: Mapping[str, float]) -> None:
        """An epoch's values on the validation split, if it has any."""
        if values:
            words = ", ".join(in_words(name, value) for name, value in values.items())
            self._context.events.say(f"[{self._reached.epochs + 1}] {words}")
            self._record(self._reached.all_steps, **values)

    def noted(self, state: State, values: Mapping[str, Any]) -> None:
        """What a callback records. Raises ValueError for what is no number, list or text, and for names
        that rows have already.
        """
        if taken := sorted(name for name in values if name in _OWN or name.startswith("val_")):
            raise ValueError(f"rows have a {taken[0]} of their own")
        json.dumps(values, allow_nan=False)
        epoch = state.epoch + (state.step > self._reached.steps)
        self._add({"epoch": epoch, "step": state.step}, values)

    def _record(self, step: int, **values: float) -> None:
        self._add({"epoch": self._reached.epochs + 1, "step": step}, values)

    def _add(self, at: Mapping[str, int], values: Mapping[str, Any]) -> None:
        seconds = round(self._reached.seconds, 3)
        row = {"stage": self._context.stage, **at, **values, "seconds": seconds}
        self._reached.rows.append(row)
        self._context.record(row)
