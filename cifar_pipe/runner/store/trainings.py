"""Where a training's checkpoints are: its own, those of another run with the same key, and the last
one of a finished training that this one only lengthens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

from cifar_pipe.events import Events
from cifar_pipe.files import make_own_folder, remove_tree, write_bytes
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.runner.planning.judge import CHECKPOINTS, Verdict
from cifar_pipe.runner.rundir import RunDir, is_locked
from cifar_pipe.runner.store.keys import Description, key_of
from cifar_pipe.runner.store.store import FILES, OUTPUTS, Damaged, Entry, Store
from cifar_pipe.stages.train.spec import LENGTH, Train

LAST = f"{OUTPUTS}/last.ckpt"


@dataclass(frozen=True, slots=True)
class Trainings:
    """Of one run; without a store there are no checkpoints. A `fresh` run takes none of others."""

    store: Store | None
    directory: RunDir
    fresh: bool = False

    def begin(self, stage: Stage, verdict: Verdict, events: Events) -> dict[str, Any]:
        """What the context of the stage has beside the rest, where it is a training."""
        if self.store is None or verdict.key is None or not isinstance(stage.spec, Train):
            return {}
        own, anew = self._own(stage), verdict.asked_for or self.fresh
        if anew:
            remove_tree(own)
        make_own_folder(own)
        other = self.store.checkpoints(verdict.key)
        if not anew and other is not None and other != own.absolute():
            _take_over(other, own, self.directory.folder(stage.id), events)
        self.store.set_checkpoints(verdict.key, own)
        shorter = None if anew else self._shorter(stage.spec, verdict)
        return {
            "key": verdict.key,
            "checkpoints": own,
            "continues": shorter.path / LAST if shorter else None,
            "replace_rows": lambda rows: self.directory.replace_rows(stage.id, rows),
            "take_files": lambda: _take_files(shorter, self.directory.folder(stage.id)),
        }

    def finish(self, stage: Stage, verdict: Verdict) -> None:
        """When the result is kept."""
        if self.store is None or verdict.key is None or not isinstance(stage.spec, Train):
            return
        self.store.forget_checkpoints(verdict.key)
        assert verdict.described is not None
        self.store.set_length(_without_length(verdict.described), verdict.key)

    def last(self, stage: Stage) -> bytes | None:
        """The last checkpoint of a training that has ended."""
        found = sorted(self._own(stage).glob(CHECKPOINTS)) if isinstance(stage.spec, Train) else ()
        steps = [path for path in found if path.name.startswith("step-")]
        return steps[-1].read_bytes() if steps else None

    def _own(self, stage: Stage) -> Path:
        return self.directory.path / "checkpoints" / stage.id

    def _shorter(self, spec: Train, verdict: Verdict) -> Entry | None:
        """The longest finished training with a last checkpoint that this one only lengthens."""
        assert self.store is not None
        assert verdict.described is not None
        found = [
            (length, entry)
            for entry in self._alike(self.store, verdict.described)
            if (length := _length(spec, entry)) and LAST in entry.content["files"]
        ]
        return max(found, key=itemgetter(0))[1] if found else None

    def _alike(self, store: Store, described: Description) -> Iterator[Entry]:
        for key in store.lengths(_without_length(described)):
            with suppress(Damaged):
                if entry := store.find(key):
                    yield entry


def _length(spec: Train, entry: Entry) -> int | None:
    """Of a training in what this one counts, where it is the shorter one."""
    settings = entry.content["description"]["settings"]
    for name in LENGTH:
        longer, shorter = getattr(spec, name), settings.get(name)
        if isinstance(longer, int) and isinstance(shorter, int) and shorter < longer:
            return shorter
    return None


def _without_length(described: Description) -> str:
    settings = {k: v for k, v in described["settings"].items() if k not in LENGTH}
    return key_of({**described, "settings": settings})


def _take_over(source: Path, target: Path, files: Path, events: Events) -> None:
    """Another run's checkpoints, and what its training has written into `files`, unless it is at work
    on them now.
    """
    run_dir = source.parent.parent
    if is_locked(run_dir):
        return
    events.note(f"taking the checkpoints of {run_dir}")
    written = run_dir / "stages" / source.name
    _copy(source, source.glob(CHECKPOINTS), target)
    _copy(written, written.rglob("*"), files)


def _copy(source: Path, paths: Iterable[Path], target: Path) -> None:
    for path in sorted(paths):
        # One that cannot be read is one fewer.
        with suppress(OSError):
            if path.is_file() and not path.is_symlink():
                write_bytes(target / path.relative_to(source), path.read_bytes())


def _take_files(entry: Entry | None, folder: Path) -> None:
    """What the callbacks wrote on the way: each has a folder of its own."""
    if entry is None:
        return
    for name in entry.file_names(FILES):
        # What has gone since is one file fewer on the page.
        with suppress(Damaged):
            if "/" in name:
                write_bytes(folder / name, entry.read(f"{FILES}/{name}"))
