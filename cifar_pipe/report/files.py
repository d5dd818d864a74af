"""The files that a run has left, as the page links to them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from cifar_pipe.report.formatting import size_in_words
from cifar_pipe.report.run_folder import RunFolder

# Of a folder with more files than that, itself is listed.
_MOST = 12


@dataclass(frozen=True)
class LeftFile:
    """`link` is relative to the page; `size` is empty for a folder."""

    name: str
    link: str
    size: str


def left_files(folder: RunFolder) -> Iterator[LeftFile]:
    """Those of the run, and of each stage; the pages and what is hidden are left out."""
    page = folder.path / folder.page
    yield from _of(folder.path, folder.path, page)
    for stage in folder.stages:
        yield from _of(stage.path, folder.path, page)


def _of(of: Path, run: Path, page: Path) -> Iterator[LeftFile]:
    if not of.is_dir():
        return
    there = sorted(path for path in of.iterdir() if not path.name.startswith(".") and path != page)
    files = [path for path in there if path.is_file()]
    folders = [path for path in there if path.is_dir() and path.name != "stages"]
    if len(files) > _MOST:
        files, folders = [], [of]
    for path in (*files, *folders):
        link = quote(Path(os.path.relpath(path, page.parent)).as_posix())
        name = path.relative_to(run).as_posix()
        if path.is_dir():
            yield LeftFile(f"{name}/", f"{link}/", "")
        else:
            yield LeftFile(name, link, size_in_words(path.stat().st_size))
