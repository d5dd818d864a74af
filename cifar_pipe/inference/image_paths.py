"""The image files that are meant by paths, folders, patterns and a list on standard input."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from cifar_pipe.data.datasets.folders.image_search import is_hidden, is_image, shown_name
from cifar_pipe.errors import UsageError

STANDARD_INPUT = "-"


def image_paths(named: Iterable[str]) -> list[str]:
    """Files as they are named, of folders all images below, in order of their names.

    A pattern (`*.jpg`, `**/*.png`) is one only where no file has it for a name. Raises UsageError
    where nothing is found in a folder or by a pattern.
    """
    found: list[str] = []
    for one in named:
        lines = _lines_of_standard_input() if one == STANDARD_INPUT else [one]
        for path in lines:
            found += _of(path)
    if not found:
        raise UsageError("no image files are named", help="name files, folders or patterns")
    return found


def _of(path: str) -> list[str]:
    if os.path.isdir(path):  # noqa: PTH112 - paths stay as they were written
        files = [*_below(path)]
        if not files:
            raise UsageError(f"there are no images below the folder {shown_name(path)}")
        return files
    if os.path.lexists(path) or not glob.has_magic(path):
        # Reading it says why it cannot be read.
        return [path]
    files = []
    for one in sorted(glob.glob(path, recursive=True)):  # noqa: PTH207 - as above
        files += _below(one) if Path(one).is_dir() else [one]
    if not files:
        raise UsageError(f"no file matches {shown_name(path)}")
    return list(dict.fromkeys(files))


def _below(folder: str) -> Iterator[str]:
    """Links to folders are not followed."""
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(one for one in folders if not is_hidden(one))
        for name in sorted(names):
            if is_image(name) and not is_hidden(name):
                yield os.path.join(where, name)  # noqa: PTH118 - as above


def _lines_of_standard_input() -> list[str]:
    lines = sys.stdin.buffer.read().split(b"\n")
    return [os.fsdecode(line.removesuffix(b"\r")) for line in lines if line.strip()]
