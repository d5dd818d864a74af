"""What can be deleted below runs/: runs that are not wanted, and results that no run refers to."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cifar_pipe.data.kept_images.image_file import IMAGES, SUFFIX, is_in_use
from cifar_pipe.errors import UsageError
from cifar_pipe.files import remove, remove_tree
from cifar_pipe.runner.rundir import STORE, is_locked
from cifar_pipe.runner.store.store import ENTRY
from cifar_pipe.runner.upkeep.listing import FoundRun, find_runs, size_of
from cifar_pipe.stages.run_file import RUNS

# What a run at work may have begun and not finished is left alone for so long, in seconds.
_UNFINISHED = 24 * 3600.0
_AGE = re.compile(r"(\d+)([hdw])")
_SECONDS = {"h": 3600, "d": 86400, "w": 7 * 86400}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which runs may go, apart from those at work: of each name all but the newest `keep`, those
    begun more than `older_than` seconds ago, those that ended with one of `statuses`. Without any of
    them no run goes.
    """

    keep: int | None = None
    older_than: float | None = None
    statuses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Garbage:
    """`why` it can go; `size` is in bytes. What is locked when its turn comes stays."""

    path: Path
    why: str
    size: int
    is_locked: Callable[[], bool] = lambda: False


def find_garbage(wanted: Wanted, root: Path = RUNS, *, now: float | None = None) -> list[Garbage]:
    """Runs first. Results of runs that stay are never among it, nor a run at work."""
    now = time.time() if now is None else now
    runs = find_runs(root)
    going = {one.path: why for one in runs if (why := _why(one, runs, wanted, now))}
    kept = {key for one in runs if one.path not in going for key in one.keys}
    found = [
        Garbage(one.path, going[one.path], one.size, partial(is_locked, one.path))
        for one in runs
        if one.path in going
    ]
    images = {name for one in runs if one.path not in going for name in one.images}
    store = root / ".store"
    return [*found, *_of_store(store, kept, now), *_of_images(store / IMAGES, images, now)]


def delete(found: Garbage) -> bool:
    """Whether it is gone; a run that is at work by now stays. Raises OutputError."""
    if found.is_locked():
        return False
    # A kill in the middle leaves nothing that counts as a run, or as a result.
    for name in ("run.json", ENTRY):
        if (found.path / name).is_file():
            remove(found.path / name)
    if found.path.is_dir():
        remove_tree(found.path)
    else:
        remove(found.path)
    with suppress(OSError):
        # The folder of the name, where it was the last run.
        if found.path.parent.parent.name == RUNS.name and found.path.parent.name != STORE.name:
            found.path.parent.rmdir()
    return True


def seconds_of(text: str) -> float:
    """`36h`, `30d`, `8w`. Raises UsageError."""
    match = _AGE.fullmatch(text)
    if match is None:
        message = f"--older-than takes a number of hours, days or weeks, not `{text}`"
        raise UsageError(message, help="--older-than 30d; 36h and 8w work as well")
    return int(match[1]) * _SECONDS[match[2]]


def _why(run: FoundRun, runs: Sequence[FoundRun], wanted: Wanted, now: float) -> str | None:
    if run.status == "running":
        return None
    if run.status in wanted.statuses:
        return run.status
    if wanted.older_than is not None and now - run.time > wanted.older_than:
        return "old"
    newer = Counter(one.name for one in runs if one.time > run.time)[run.name]
    if wanted.keep is not None and newer >= wanted.keep:
        return f"not among the newest {wanted.keep}"
    return None


def _of_images(folder: Path, used: set[str], now: float) -> Iterator[Garbage]:
    """What a process has open stays."""
    for path in sorted(folder.glob("*")) if not folder.is_symlink() else ():
        why = None
        if path.is_symlink() or not path.is_file():
            continue
        if path.name.endswith(".tmp"):
            why = "unfinished" if now - path.stat().st_mtime > _UNFINISHED else None
        elif path.name.endswith(SUFFIX) and path.name not in used and not is_in_use(path):
            why = "no run refers to it"
        if why is not None:
            yield Garbage(path, why, path.stat().st_size, partial(is_in_use, path))


def _of_store(store: Path, kept: set[str], now: float) -> Iterator[Garbage]:
    """Only what is recognisably ours."""
    for path in sorted(store.glob("*")):
        why = None
        if path.is_symlink() or not path.is_dir():
            continue
        if path.name.endswith(".corrupt"):
            why = "damaged"
        elif path.name.startswith(".tmp-") or path.name.endswith(".tmp"):
            why = "unfinished" if now - path.stat().st_mtime > _UNFINISHED else None
        elif (path / ENTRY).is_file() and path.name not in kept:
            why = "no run refers to it"
        if why is not None:
            yield Garbage(path, why, size_of(path))
