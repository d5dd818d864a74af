"""Files of a dataset that are on the disk, and not where `root` says: one folder off, or loose."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from cifar_pipe.data.datasets.archives import Archive
from cifar_pipe.errors import DataUnavailable


def check_place(archives: Sequence[Archive], root: Path, dataset: str) -> None:
    """Raises DataUnavailable, with the cure, where none of the files is below `root`, and some are
    beside it, above it, or in one folder without the one that torchvision expects.
    """
    wanted = [path.relative_to(root) for one in archives for path in (*one.contents, one.path)]
    if any(_is_file(root / path) for path in wanted):
        return
    for other in _near(root):
        if any(_is_file(other / path) for path in wanted):
            message = f"{dataset} is below {other}, not below {root}"
            raise DataUnavailable(message, help=f"write root: {other}")
    if loose := dict(_loose(root, wanted)):
        folder = root / next(iter(loose.values())).parent
        moves = [f"mkdir -p {shlex.quote(str(folder))}"]
        moves += [
            f"mv {shlex.quote(str(a))} {shlex.quote(str(root / b))}" for a, b in loose.items()
        ]
        message = f"the files of {dataset} are in {next(iter(loose)).parent}, not in {folder}"
        raise DataUnavailable(message, help=("move them there:", *moves))


def _near(root: Path) -> Iterator[Path]:
    """The two folders above, and those one below."""
    above = root
    for _ in range(2):
        # Of `data/MNIST` these are `data` and `.`, as people write them; of `.`, `..`.
        above = above.parent if above.parts and above.name != ".." else above / ".."
        yield above
    yield from _folders(root)


def _loose(root: Path, wanted: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Most of the files that are wanted in `root` itself or one folder below it, by their names or
    nearly so (`train-images.idx3-ubyte`); each with the path that it should have below root.
    """
    by_name = {_spelling(path.name): path for path in wanted}
    for folder in [root, *_folders(root)]:
        found = {
            path: by_name[_spelling(path.name)]
            for path in _entries(folder)
            if _spelling(path.name) in by_name and _is_file(path)
        }
        # Archives and their contents are wanted: half of them are all.
        if len(found) * 4 >= len(by_name) and len(found) > 1:
            yield from found.items()
            return


def _is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113 - Path.is_file raises where access is denied


def _folders(root: Path) -> list[Path]:
    return [one for one in _entries(root) if one.is_dir()]


def _entries(folder: Path) -> list[Path]:
    """Nothing of a folder that is not there or cannot be read."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _spelling(name: str) -> str:
    return re.sub(r"[-._]+", "-", name.lower())
