"""What stands for the files of a data set, without a look into them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import cast

from cifar_pipe.catalog.images.data_facts import dataset_facts
from cifar_pipe.data.datasets.image_set import (
    find_image_set,
    relative_to,
    remember,
    remembered,
)
from cifar_pipe.data.datasets.torchvision_sets import files_of, root_of
from cifar_pipe.data.settings import DataSettings
from cifar_pipe.errors import RunError

_GENERATED = "generated"
_NAMES = {False: "times", True: "contents"}
_STRICT = "times of change that cannot be set"


def fingerprint(settings: DataSettings, *, whole: bool = False) -> str | None:
    """A sha256 over all files that loading would read: the path below the root, the size, and the time
    of the last change; with `whole` what is in each instead of the time.

    The same for all data that is generated: its settings say what it is. None where the files are not
    all there: they would be downloaded, or a stand-in be taken.
    """
    found = _made(settings, whole=whole)
    remember(settings.dataset, _NAMES[whole], found)
    return found


def strict_fingerprint(settings: DataSettings) -> str | None:
    """One that also sees a file that was changed and given its old time again: where what is in the files
    was not looked at in this run, the system's own times of change are in it.
    """
    if (contents := remembered(settings.dataset, _NAMES[True])) is not None:
        return cast("str", contents)
    if remembered(settings.dataset, _STRICT) is None and fingerprint(settings) is None:
        return None
    return cast("str | None", remembered(settings.dataset, _STRICT)) or _made(settings, whole=True)


def _made(settings: DataSettings, *, whole: bool) -> str | None:
    dataset = settings.dataset
    beside: Sequence[str] = ()
    facts = dataset_facts(dataset)
    if facts.generated:
        return _GENERATED
    try:
        if facts.downloadable:
            root, files = root_of(dataset), files_of(dataset)
        else:
            found = find_image_set(dataset)
            root, files, beside = found.root, found.image_files(), found.beside
        if files is None:
            return None
        changed: list[int] = []
        made = files_digest(files, root, beside, whole=whole, changed=changed)
    except (RunError, OSError):
        # Loading says what is wrong.
        return None
    if changed:
        strict = hashlib.sha256(f"{made} {changed}".encode()).hexdigest()
        remember(dataset, _STRICT, strict)
    return made


def files_digest(
    files: Iterable[str],
    root: Path,
    beside: Sequence[str] = (),
    *,
    whole: bool,
    changed: list[int] | None = None,
) -> str:
    """Of all of these files as `fingerprint` has it; the order of those `beside` them counts, as of two
    tables the first is that of the training images. `changed` gets the times that the system has set, in
    nanoseconds, unless the files were read. Raises OSError.
    """
    lines = _contents if whole else partial(_times, changed=[] if changed is None else changed)
    every = [*lines(beside, root), *sorted(lines(files, root))]
    return hashlib.sha256(b"\n".join(every)).hexdigest()


def _times(files: Iterable[str], root: Path, changed: list[int]) -> Iterator[bytes]:
    relative = relative_to(root)
    for path in files:
        # As Path objects, 60,000 files took three times as long.
        status = os.stat(path)  # noqa: PTH116
        changed.append(status.st_ctime_ns)
        yield os.fsencode(f"{relative(path)} {status.st_size} {status.st_mtime_ns}")


def _contents(files: Iterable[str], root: Path) -> list[bytes]:
    relative = relative_to(root)

    def line(path: str) -> bytes:
        with Path(path).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return os.fsencode(f"{relative(path)} {digest}")

    with ThreadPoolExecutor() as pool:
        return list(pool.map(line, files))
