"""The images below a folder that have no labels."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cifar_pipe.data.datasets.folders.image_search import ImageSearch, shown_name
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.errors import DataBroken, DataUnavailable

_SETTING = ("root",)
_RELATIVE = "check the path: it is relative to the current directory"


@dataclass(frozen=True)
class UnlabelledImages:
    """`paths` are in order of their names; `problems` are what is in the folder and not read."""

    root: Path
    paths: tuple[str, ...]
    problems: tuple[Problem, ...]

    def name(self, path: str) -> str:
        """Of one of the images, below the folder, with `/` on every system."""
        return os.path.relpath(path, self.root).replace(os.sep, "/")


def find_unlabelled(root: str) -> UnlabelledImages:
    """Raises DataUnavailable where there is no such folder, and DataBroken for one without images."""
    folder = Path(root).expanduser()
    if not folder.is_dir():
        if folder.exists():
            message = f"{shown_name(folder)} is a file, not a folder"
            raise DataBroken(message, help="name the folder that it is in", setting=_SETTING)
        message = f"there is no folder {shown_name(folder)}"
        raise DataUnavailable(message, help=_RELATIVE, setting=_SETTING)
    search = ImageSearch([folder])
    try:
        paths = search.below(folder)
    except DataBroken as error:
        help_ = "put images into it, or name the folder that has them"
        raise DataBroken(error.message, help=help_, setting=_SETTING) from error
    return UnlabelledImages(folder, tuple(paths), tuple(search.problems()))
