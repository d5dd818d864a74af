"""The mean loss and the speed since the last line of the log, and the mean since the last point."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from cifar_pipe.training.divergence import NotFinite

# On a device that is not the CPU the sum is read every so many steps, to notice a divergence.
READ_EVERY = 100
# And after so long, for slow steps have few of them in a minute.
_READ_SECONDS = 1.0


class Meter:
    """Adds losses up, on their device where they are tensors: reading one would wait for it.

    `last` is the newest loss that was at hand, for the progress bar.
    """

    def __init__(self) -> None:
        self.last = math.nan
        self.reset()

    def reset(self) -> None:
        self._sum = 0.0
        self._pending: Tensor | None = None
        self._pending_count = 0
        self.steps = 0
        self.images = 0
        self._point = (0.0, 0)
        # Points that are not read yet: the sum so far, the steps, and who is told.
        self._marks: list[tuple[Tensor, int, Callable[[float], None]]] = []
        self._started = self._read_at = time.perf_counter()

    def add(self, loss: float | Tensor, images: int) -> None:
        self.steps += 1
        self.images += images
        if isinstance(loss, float):
            self._sum += loss
            self.last = loss
            return
        self._pending = _precise(loss) if self._pending is None else self._pending + loss
        self._pending_count += 1
        if (
            self._pending_count >= READ_EVERY
            or time.perf_counter() - self._read_at >= _READ_SECONDS
        ):
            self.read()

    def read(self) -> None:
        """Waits for the device. Raises NotFinite."""
        if self._pending is None:
            return
        marks, self._marks = self._marks, []
        *sums, value = torch.stack([*(one for one, *_ in marks), self._pending]).tolist()
        for before, (_, steps, then) in zip(sums, marks, strict=True):
            # Curves end where a divergence begins, and not a second before.
            if math.isfinite(before):
                then(self._mean_since(self._sum + before, steps))
        if not math.isfinite(value):
            raise NotFinite(value, steps=self._pending_count)
        self._sum += value
        self.last = value / self._pending_count
        self._pending, self._pending_count = None, 0
        self._read_at = time.perf_counter()

    def mean(self) -> float:
        self.read()
        return self._sum / self.steps

    @property
    def has_point(self) -> bool:
        """Whether there are steps since the last point."""
        return self.steps > (self._marks[-1][1] if self._marks else self._point[1])

    def point(self, then: Callable[[float], None], *, at_once: bool = True) -> None:
        """Gives the mean since the last point, or since the line after it; the next one begins here. Not `at_once` it
        is given when the device is waited for anyway.
        """
        if at_once or self._pending is None:
            self.read()
            then(self._mean_since(self._sum, self.steps))
        else:
            self._marks.append((self._pending, self.steps, then))

    def _mean_since(self, total: float, steps: int) -> float:
        before, its_steps = self._point
        self._point = total, steps
        return (total - before) / (steps - its_steps)

    def images_per_second(self) -> float:
        return self.images / max(time.perf_counter() - self._started, 1e-9)

    def state_dict(self) -> dict[str, Any]:
        """Waits for the device. Raises NotFinite."""
        self.read()
        return {
            "sum": self._sum,
            "point": self._point,
            "last": self.last,
            "steps": self.steps,
            "images": self.images,
            "seconds": time.perf_counter() - self._started,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self._sum, self.last = state["sum"], state["last"]
        self._point = state["point"]
        self.steps, self.images = state["steps"], state["images"]
        self._started = time.perf_counter() - state["seconds"]


def _precise(loss: Tensor) -> Tensor:
    """So that the sum is the same however often it was read: losses of float32 add up exactly. Apple's GPUs have
    no float64.
    """
    return loss if loss.device.type == "mps" else loss.double()
