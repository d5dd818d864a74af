"""The learning-rate range test: Smith, Cyclical Learning Rates for Training Neural Networks, 2017,
section 3.3 (https://arxiv.org/abs/1506.01186), with the smoothing and the end of fastai's lr_find.

A network is trained with a learning rate that grows exponentially from step to step. The loss stays as
it is while the rate is too small, falls, and explodes when it is too large.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, pstdev
from typing import Protocol

from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data
from cifar_pipe.data.picking import size_of
from cifar_pipe.model.network import Network
from cifar_pipe.training.divergence import NotFinite
from cifar_pipe.training.job import StepSettings
from cifar_pipe.training.trials.trial import batches_of_steps, trial


class RangeSettings(StepSettings, Protocol):
    @property
    def start_lr(self) -> float: ...
    @property
    def end_lr(self) -> float: ...
    @property
    def steps(self) -> int: ...
    @property
    def smoothing(self) -> float | None: ...
    @property
    def early_stop_threshold(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Point:
    """One step: its learning rate, and the loss per image before the weights are changed.

    smoothed = (1 - s) (loss + s loss of the step before + s^2 …) / (1 - s^steps), with s `smoothing`.
    """

    lr: float
    loss: float
    smoothed: float


@dataclass(frozen=True)
class Suggestion:
    """`lowest` is where the smoothed loss is lowest, `steepest` the rate at which it falls most."""

    lowest: Point
    steepest: float

    @property
    def lr(self) -> float:
        """What to try: a tenth of the rate where the loss is lowest."""
        return self.lowest.lr / 10


@dataclass(frozen=True)
class RangeTest:
    """`stopped` says why it ended before the last step."""

    points: Sequence[Point]
    smoothing: float
    stopped: str | None = None

    @property
    def begins(self) -> float:
        """The mean loss of the first tenth of the steps, 10 at least: their rates are too small to
        change it.
        """
        return mean(point.loss for point in self._first)

    @property
    def noise(self) -> float:
        """The standard deviation of the smoothed loss as long as nothing is learned.

        That of the loss, times sqrt((1 - s) / (1 + s)) with s `smoothing`, for independent losses.
        """
        kept = self.smoothing
        return pstdev(point.loss for point in self._first) * math.sqrt((1 - kept) / (1 + kept))

    @property
    def suggestion(self) -> Suggestion | None:
        """None where the loss has not fallen by more than three times its noise."""
        points = self.points[len(self._first) :]
        lowest = min(points, key=lambda point: point.smoothed, default=self.points[0])
        if self.begins - lowest.smoothed <= 3 * self.noise:
            return None
        # The slope between steps a twentieth of all apart: that between neighbours is noise.
        apart = max(1, len(self.points) // 20)
        end = self.points.index(lowest) + 1
        falls = list(zip(self.points[:end], self.points[apart:end], strict=False))
        if not falls:
            return None
        first, last = min(falls, key=lambda pair: pair[1].smoothed - pair[0].smoothed)
        return Suggestion(lowest, math.sqrt(first.lr * last.lr))

    @property
    def _first(self) -> Sequence[Point]:
        return self.points[: max(10, len(self.points) // 10)]


def range_test(
    network: Network, data: Data, settings: RangeSettings, context: Context
) -> RangeTest:
    """Trains a copy of the network on the training split; nothing that is given changes.

    The rates of parameter groups keep their ratios to the optimizer's own. It ends early when the
    smoothed loss is `early_stop_threshold` times its lowest, or a loss is NaN or infinite.
    """
    points: list[Point] = []
    average, stopped = 0.0, None
    smoothing, threshold = smoothing_of(settings), settings.early_stop_threshold
    bar = context.events.progress(context.stage, settings.steps)
    try:
        with trial(network, data, settings, context) as it:
            written = settings.optimizer.get("lr")
            ratios = [one["lr"] / written if written else 1.0 for one in it.optimizer.param_groups]
            steps = batches_of_steps(it.engine, data, context, settings.accumulate)
            for number, (rate, batches) in enumerate(zip(rates(settings), steps, strict=False), 1):
                context.check_signal()
                for group, ratio in zip(it.optimizer.param_groups, ratios, strict=True):
                    group["lr"] = rate * ratio
                try:
                    loss = _read(it.engine.step(batches))
                except NotFinite as error:
                    what = "NaN" if math.isnan(error.loss) else "infinite"
                    stopped = f"the loss became {what} at a learning rate of {rate:.2g}"
                    break
                if it.summed:
                    loss /= sum(map(size_of, batches))
                average = smoothing * average + (1 - smoothing) * loss
                points.append(Point(rate, loss, average / (1 - smoothing**number)))
                bar.advance(1, loss=loss)
                lowest = min(point.smoothed for point in points)
                if threshold is not None and points[-1].smoothed > threshold * lowest > 0:
                    stopped = f"the loss is more than {threshold:g} times its lowest"
                    break
    finally:
        bar.close()
    return RangeTest(points, smoothing, stopped)


def rates(settings: RangeSettings) -> list[float]:
    """The learning rate of each step."""
    low, high, steps = settings.start_lr, settings.end_lr, settings.steps
    return [low * (high / low) ** (step / (steps - 1)) for step in range(steps)]


def smoothing_of(settings: RangeSettings) -> float:
    """Without one the mean is over about a twentieth of the steps, however many there are."""
    if settings.smoothing is not None:
        return settings.smoothing
    return max(0.0, 1 - 20 / settings.steps)


def _read(loss: object) -> float:
    value = float(loss)  # type: ignore[arg-type]
    if not math.isfinite(value):
        raise NotFinite(value)
    return value
