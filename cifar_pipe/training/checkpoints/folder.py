"""The checkpoints of one training: the last two, and that of its best epoch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cifar_pipe.errors import OutputError
from cifar_pipe.events import Events
from cifar_pipe.files import remove, remove_left_over, rename
from cifar_pipe.training.checkpoints.verified_file import (
    Damaged,
    Payload,
    read_verified,
    write_verified,
)

LAST_WEIGHTS, BEST_WEIGHTS = "last_weights.pth", "best_weights.pth"
_KEPT = 2
_BEST = "best.ckpt"


def last_checkpoint(folder: Path) -> Path | None:
    """That of the most steps; it may be damaged."""
    return max(folder.glob("step-*.ckpt"), default=None)


class CheckpointFolder:
    """Its files are named by the number of steps that were done: step-0000013422.ckpt.

    Only this process writes there.
    """

    def __init__(self, path: Path, events: Events) -> None:
        self.path = path
        self._events = events
        # Those of this training, oldest first; all others go once a new one is written.
        self._own: list[Path] = []
        self._best_is_own = False

    def found(self) -> Iterator[tuple[Path, bytes]]:
        """What can be used, the newest first, and last that of the best epoch.

        What is damaged is set aside under another name, and reported.
        """
        names = sorted(self.path.glob("step-*.ckpt"), reverse=True)
        for path in [*names, *self.path.glob(_BEST)]:
            payload = readable(path, self._events, set_aside=True)
            if payload is not None:
                yield path, payload

    def adopt(self, path: Path) -> None:
        """Keeps one that was found, as if it had been written here."""
        self._own, self._best_is_own = [path], True

    def write(self, step: int, payload: Payload, *, best: bool = False) -> Path:
        """Writes one, and deletes those that are no longer kept. Raises OutputError."""
        path = self.path / f"step-{step:010d}.ckpt"
        if not self._own:
            remove_left_over(self.path)
        write_verified(path, payload)
        if best:
            write_verified(self.path / _BEST, payload)
            self._best_is_own = True
        self._own = [*(one for one in self._own if one != path), path][-_KEPT:]
        for old in self.path.glob("step-*.ckpt"):
            if old not in self._own:
                remove(old)
        # The weights were left where it was interrupted, and it has gone on.
        outdated = [LAST_WEIGHTS, BEST_WEIGHTS, *(() if self._best_is_own else (_BEST,))]
        for name in outdated:
            remove(self.path / name)
        return path


def readable(path: Path, events: Events, *, set_aside: bool) -> bytes | None:
    """What the file holds, or None with a warning; a damaged one can be given another name."""
    try:
        return read_verified(path)
    except OSError as error:
        events.warn(f"the checkpoint {path} cannot be read: {error.strerror or error}")
    except Damaged:
        where = ""
        if set_aside:
            aside = path.with_suffix(".corrupt")
            try:
                rename(path, aside)
                where = f"; it is now {aside.name}"
            except OutputError as error:
                where = f"; {error.message}"
        events.warn(
            f"the checkpoint {path} is damaged and is not used: "
            f"its content does not match its digest{where}"
        )
    return None
