"""The image files that are meant by paths, folders, patterns and a list on standard input."""

from __future__ import annotations

import glob
import os
import stat
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from cifar_pipe.data.datasets.folders.image_search import ImageSearch, shown_name
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.errors import DataBroken, UsageError

STANDARD_INPUT = "-"


@dataclass
class ImagePaths:
    """`found` are files, in the order in which they are named, of folders all images below by name.
    `problems` are what is in the folders and not read.
    """

    found: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, path: str) -> None:
        """A file or a folder. Raises UsageError for a folder without images, and for what is neither."""
        kind = _kind(path)
        if stat.S_ISDIR(kind):
            self._add_folder(path)
        elif kind and not stat.S_ISREG(kind):
            # Reading a device or a pipe may never end.
            raise UsageError(f"{shown_name(path)} is neither a file nor a folder")
        else:
            # Reading a file that is not there says so.
            self.found.append(path)

    def _add_folder(self, folder: str) -> None:
        search = ImageSearch([Path(folder)])
        try:
            self.found += search.below(Path(folder))
        except DataBroken as error:
            raise UsageError(error.message) from error
        self.problems += search.problems()


def image_paths(named: Iterable[str]) -> ImagePaths:
    """What these names mean: files, folders, patterns (`*.jpg`, `**/*.png`) where no file has such a name,
    and `-`, a list on standard input. Raises UsageError where that is nothing.
    """
    paths = ImagePaths()
    for one in named:
        for path in _listed() if one == STANDARD_INPUT else [one]:
            if os.path.lexists(path) or not glob.has_magic(path):
                paths.add(path)
                continue
            matching = ImagePaths()
            for match in _matches(path):
                matching.add(match)
            # A pattern may match a folder, and files in it.
            paths.found += dict.fromkeys(matching.found)
            paths.problems += dict.fromkeys(matching.problems)
    if not paths.found:
        raise UsageError("no image files are named", help="name files, folders or patterns")
    return paths


def _matches(pattern: str) -> list[str]:
    files = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - paths stay as written
    if not files:
        raise UsageError(f"no file matches {shown_name(pattern)}")
    return files


def _kind(path: str) -> int:
    """The mode bits of the file's kind; 0 where there is none."""
    try:
        return os.stat(path).st_mode  # noqa: PTH116 - Path.stat takes longer
    except OSError:
        return 0


def _listed() -> list[str]:
    """One name per line, or NUL between them, as `find -print0` writes."""
    content = sys.stdin.buffer.read()
    names = content.split(b"\0") if b"\0" in content else content.split(b"\n")
    return [os.fsdecode(one.removesuffix(b"\r")) for one in names if one.strip()]
