"""What a training logs: lines for people, and more points than lines in metrics.jsonl.

Where the pipeline says how often (`log_every`) the lines are those of PyTorch's tutorial, and results;
without it there is one for each epoch, of progress.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import partial
from typing import Any

from torch.optim import Optimizer

from cifar_pipe.training.callbacks.callback import State
from cifar_pipe.training.evaluation.validation import in_words
from cifar_pipe.training.job import TrainingJob
from cifar_pipe.training.meter import READ_EVERY, Meter
from cifar_pipe.training.progress.reached import Reached

_OWN = ("stage", "epoch", "step", "seconds", "loss", "lr", "images_per_second")


class Log:
    def __init__(
        self, job: TrainingJob, reached: Reached, meter: Meter, optimizer: Optimizer
    ) -> None:
        self._context = job.context
        self._reached = reached
        self._meter = meter
        self._optimizer = optimizer
        self._epochs = job.length.epochs
        self._tutorial = job.settings.log_every is not None
        self._monitor = job.settings.monitor
        # The mean of the epoch that ends.
        self._loss: float | None = None

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
            self._loss = meter.mean()
        if said and meter.steps and self._tutorial:
            self._context.events.say(f"[{epoch}, {number:5d}] loss: {meter.mean():.3f}")
        if meter.has_point:
            speed, step = round(meter.images_per_second(), 1), self._reached.steps + number
            at = {"epoch": epoch, "step": step}
            more = {"lr": self.lr, "images_per_second": speed, "seconds": self._seconds}
            then = partial(self._record_loss, at, more)
            meter.point(then, at_once=said or step <= READ_EVERY)
        if said:
            meter.reset()

    def measured(self, values: Mapping[str, float]) -> None:
        """An epoch has ended, with its values on the validation split, if it has any."""
        epoch = self._reached.epochs + 1
        if not self._tutorial:
            self._context.events.note(self._epoch_line(epoch, values))
        elif values:
            words = ", ".join(in_words(name, value) for name, value in values.items())
            self._context.events.say(f"[{epoch}] {words}")
        if values:
            self._record(self._reached.all_steps, **values)

    def result(self, text: str) -> None:
        """What a whole training has come to."""
        self._context.events.say(text if self._tutorial else f"{self._context.stage}: {text}")

    def _epoch_line(self, epoch: int, values: Mapping[str, float]) -> str:
        """`train  3/12  loss 1.920  val 29.8 %  best  12.3 s`."""
        loss, self._loss = self._meter.mean() if self._meter.steps else self._loss, None
        parts = [self._context.stage, f"{epoch:{len(str(self._epochs))}}/{self._epochs}"]
        if loss is not None:
            parts.append(f"loss {loss:.3f}")
        if "val_accuracy" in values:
            parts.append(f"val {100 * values['val_accuracy']:.1f} %")
        if "val_loss" in values:
            parts.append(f"val loss {values['val_loss']:.3f}")
        if self._is_best(values):
            parts.append("best")
        before = [row["seconds"] for row in self._reached.rows if row["epoch"] < epoch]
        return "  ".join([*parts, f"{self._reached.seconds - max(before, default=0):.1f} s"])

    def _is_best(self, values: Mapping[str, float]) -> bool:
        """Of the epochs so far, by what is monitored, or else by the accuracy."""
        names = [self._monitor or "val_accuracy", "val_accuracy", "val_loss"]
        name = next((one for one in names if one in values), None)
        if name is None:
            return False
        sign = 1 if name == "val_accuracy" else -1
        before = (sign * row[name] for row in self._reached.rows if name in row)
        return bool(sign * values[name] > max(before, default=-math.inf))

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

    def _record_loss(self, at: Mapping[str, int], more: Mapping[str, float], loss: float) -> None:
        self._put({"stage": self._context.stage, **at, "loss": loss, **more})

    @property
    def _seconds(self) -> float:
        return round(self._reached.seconds, 3)

    def _add(self, at: Mapping[str, int], values: Mapping[str, Any]) -> None:
        self._put({"stage": self._context.stage, **at, **values, "seconds": self._seconds})

    def _put(self, row: Mapping[str, Any]) -> None:
        self._reached.rows.append(row)
        self._context.record(row)
