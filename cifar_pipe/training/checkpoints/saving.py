"""When a training is saved, and that it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from torch import Tensor, nn

from cifar_pipe.context import Context
from cifar_pipe.errors import OutputError
from cifar_pipe.model.weights.files import write_weights
from cifar_pipe.profiling import timed
from cifar_pipe.training.checkpoints.checkpoint import Checkpoint
from cifar_pipe.training.checkpoints.folder import BEST_WEIGHTS, LAST_WEIGHTS, CheckpointFolder
from cifar_pipe.training.divergence import NotFinite
from cifar_pipe.training.job import Interval
from cifar_pipe.training.progress.reached import Reached

# Saving takes less than a hundredth of the time.
_SHARE = 100
_FEWEST_SECONDS = 30.0
# A slow disk's, for how long the first one will take.
_BYTES_PER_SECOND = 100_000_000


Weights = Mapping[str, Tensor]


class Saving:
    """Of one training. Without an interval a checkpoint is written as often as costs under 1 %, without
    a folder none.

    """

    def __init__(
        self,
        folder: CheckpointFolder | None,
        interval: Interval | None,
        capture: Callable[[], Checkpoint],
        network: nn.Module,
        reached: Reached,
    ) -> None:
        # The newest checkpoint, and the step that it was made at.
        self._last: tuple[Path, int] | None = None
        self._folder = folder
        self._interval = interval
        self._capture = capture
        self._network = network
        self._reached = reached
        self._position: tuple[int, int] | None = None
        # The weights, and up to two moments of them in the optimizer.
        self._cost = 3 * sum(one.nbytes for one in network.parameters()) / _BYTES_PER_SECOND
        # When the last one was written, and the last of a best epoch.
        self._ended = self._best_ended = time.perf_counter()

    def adopt(self, path: Path) -> None:
        """Goes on from a checkpoint in the folder: what is reached is saved in it."""
        if self._folder is not None:
            self._folder.adopt(path)
        self._last, self._position = (path, self._reached.all_steps), self._reached.position

    @property
    def every_steps(self) -> int:
        """0 where steps do not say when."""
        return (self._interval.steps if self._interval else None) or 0

    def is_due(self) -> bool:
        """Whether to save between two steps."""
        every = self.every_steps
        return self._time_is_up() or (every > 0 and self._reached.all_steps % every == 0)

    def after_epoch(self, *, best: bool, last: bool) -> None:
        """Saves the end of an epoch where that is due; it may be the best so far, or the last."""
        epochs = self._interval.epochs if self._interval is not None else None
        due = epochs is not None and self._reached.epochs % epochs == 0
        # How much time the others take is up to the pipeline where it says how often.
        before = self._ended if self._interval is None else self._best_ended
        affordable = time.perf_counter() - before >= _SHARE * self._cost
        if due or last or (best and affordable) or self._time_is_up():
            self.save(best=best)

    def _time_is_up(self) -> bool:
        since = time.perf_counter() - self._ended
        if self._interval is None:
            return since >= max(_SHARE * self._cost, _FEWEST_SECONDS)
        return self._interval.minutes is not None and since >= 60 * self._interval.minutes

    def save(self, *, best: bool = False) -> Path | None:
        """Saves what is reached, unless it is saved or has weights that are not finite.

        Raises NotFinite where the losses that were not read yet are not, and OutputError.
        """
        if self._folder is None or self._position == self._reached.position:
            return self._last[0] if self._last else None
        with timed("checkpoint"):
            return self._save(self._folder, best=best)

    def _save(self, folder: CheckpointFolder, *, best: bool) -> Path | None:
        began = time.perf_counter()
        checkpoint = self._capture()
        if not all(bool(one.isfinite().all()) for one in self._network.parameters()):
            return None
        step = self._reached.all_steps
        path = folder.write(step, checkpoint.to_bytes(), best=best)
        self._last, self._position = (path, step), self._reached.position
        self._ended = time.perf_counter()
        self._cost = self._ended - began
        self._reached.validating += self._cost
        if best:
            self._best_ended = self._ended
        return path

    @property
    def notes(self) -> tuple[str, ...]:
        """For the error that ends a training which has diverged."""
        if self._last is None:
            return ()
        path, step = self._last
        return (f"the last good checkpoint is that of step {step:,}: {path}",)

    def leave(self, context: Context, where: str, last: Weights, best: Weights | None) -> None:
        """Saves a training that is interrupted, and its weights as they are and were at their best."""
        if self._folder is None:
            return
        weights = {LAST_WEIGHTS: last} | ({BEST_WEIGHTS: best} if best is not None else {})
        events = context.events
        events.note(f"{context.stage} was interrupted at {where}")
        try:
            path = self.save()
            for name, state in weights.items():
                write_weights(self._folder.path / name, state)
        except (OutputError, NotFinite) as error:
            events.warn(f"not saved: {error}")
            return
        if path is not None:
            events.note(f"saved {path}")
        for name in weights:
            events.note(f"saved {self._folder.path / name}")
