"""Flipped bits and cut-off files: what a run has kept is then refused, and never taken for something else."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from cifar_pipe.data.kept_images.image_file import (
    IMAGES,
    SUFFIX,
    DamagedImages,
    open_images,
)
from cifar_pipe.runner.store.store import Damaged, Entry, Store
from cifar_pipe.training.checkpoints.folder import CheckpointFolder
from tests.crashes.child import run
from tests.crashes.disk_calls import kill_at
from tests.crashes.small_run import OUT, new_folder
from tests.crashes.trials import Trial, folder, undisturbed
from tests.kit import RecordedEvents

FLIPS, CUTS = 10_000, 1_000
_AT_ONCE = 100


@dataclass(frozen=True)
class Damages:
    """As many as make a trial worth its process, drawn from `seed`."""

    seed: int
    cut: bool


def damages() -> list[Damages]:
    drawn = [Damages(seed, cut=False) for seed in range(FLIPS // _AT_ONCE)]
    drawn += [Damages(seed, cut=True) for seed in range(CUTS // _AT_ONCE)]
    return random.Random(0).sample(drawn, len(drawn))


def damage_files(case: Damages) -> Trial:
    """Each file of the checkpoints and of the store as likely as any other."""
    trial, drawn = Trial(str(case)), random.Random(f"{case}")
    with _copy() as place:
        files = _files(place)
        for _ in range(_AT_ONCE):
            path = drawn.choice(files)
            whole = path.read_bytes()
            content = bytearray(whole)
            if case.cut:
                del content[drawn.randrange(len(content)) :]
            else:
                content[drawn.randrange(len(content))] ^= 1 << drawn.randrange(8)
            path.write_bytes(content)
            trial.counts["truncations" if case.cut else "flips"] += 1
            what, judged = "entries", _entry
            if path.suffix == ".ckpt" and OUT in path.parts:
                what, judged = "checkpoints", _checkpoint
            elif path.suffix == SUFFIX:
                what, judged = "images", _images
            how = judged(place, path, whole)
            trial.counts[f"of {what} {how}"] += 1
            if how == "taken":
                trial.wrong.append(f"{path.relative_to(place)} was taken: {case}")
            path.write_bytes(whole)
    return trial


def _checkpoint(place: Path, path: Path, whole: bytes) -> str:
    """Whether the damaged one is refused, with a warning, and the other one given."""
    events = RecordedEvents()
    found = dict(CheckpointFolder(path.parent, events).found())
    aside = path.with_suffix(".corrupt")
    refused = path not in found and len(events.warnings) == 1 and aside.exists() and found
    aside.unlink(missing_ok=True)
    return "refused" if refused else "taken"


def _images(_: Path, path: Path, __: bytes) -> str:
    """Whether they are refused."""
    try:
        open_images(path)
    except DamagedImages:
        return "refused"
    return "taken"


def _entry(place: Path, path: Path, whole: bytes) -> str:
    """Whether the entry is refused; one is also right that reads as what was written, where a space or
    the spelling of a number is another.
    """
    root = place / "runs/.store"
    key = path.relative_to(root).parts[0]
    try:
        entry = Store(root).find(key)
        assert entry is not None
        read = {name: entry.read(name) for name in entry.content["files"]}
    except Damaged:
        return "refused"
    intact = _whole()
    return "equal" if (entry.content, read) == intact[key] else "taken"


def _files(place: Path) -> list[Path]:
    entries = [path.parent for path in (place / "runs/.store").glob("*/entry.json")]
    kept = [path for entry in entries for path in entry.rglob("*") if path.is_file()]
    kept += (place / "runs/.store" / IMAGES).glob(f"*{SUFFIX}")
    return sorted([*kept, *(place / OUT / "checkpoints").rglob("*.ckpt")])


@cache
def _original() -> Path:
    """A run that is whole, with two checkpoints; it stays until this process ends."""
    place = new_folder()
    assert run(place).status == 0
    return place


@cache
def _whole() -> dict[str, tuple[object, dict[str, bytes]]]:
    store = Store(_original() / "runs/.store")
    keys = [path.parent.name for path in store.root.glob("*/entry.json")]
    entries: Iterator[Entry] = (entry for key in keys if (entry := store.find(key)))
    return {
        one.key: (one.content, {name: one.read(name) for name in one.content["files"]})
        for one in entries
    }


@contextmanager
def _copy() -> Iterator[Path]:
    with folder() as place:
        shutil.copytree(_original(), place, dirs_exist_ok=True)
        yield place


@dataclass(frozen=True)
class Place:
    """A file, by its name, in what a run has left that was killed in its last step, or has ended."""

    name: str
    ended: bool


def places() -> list[Place]:
    with folder() as place:
        _leave(place, ended=False)
        killed = [Place(one.relative_to(place).as_posix(), ended=False) for one in _files(place)]
    whole = _files(_original())
    return [*killed, *(Place(one.relative_to(_original()).as_posix(), True) for one in whole)]


def run_with_damaged(case: Place) -> Trial:
    """A run that meets a damaged file says so, and ends with the same result."""
    trial = Trial(str(case))
    with folder() as place:
        _leave(place, ended=case.ended)
        path = place / case.name
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 4
        path.write_bytes(content)
        ended = run(place)
        trial.counts["told"] += "damaged" in ended.said or "is not what was written" in ended.said
        trial.check(ended, place / OUT, undisturbed().result, "the run")
    return trial


def _leave(place: Path, *, ended: bool) -> None:
    saves = [call for call in undisturbed().calls if "step-0000000006" in call.path]
    run(place, before=(lambda: None) if ended else partial(kill_at, saves[0].number, "before"))
