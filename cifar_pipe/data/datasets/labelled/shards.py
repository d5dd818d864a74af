"""The files that a dataset is divided into, and the splits that their names say."""

from __future__ import annotations

import os
import re
from pathlib import Path

from cifar_pipe.data.datasets.folders.image_search import entries, shown_name
from cifar_pipe.data.datasets.folders.other_kinds import no_pattern, other_kinds
from cifar_pipe.data.datasets.folders.split_names import role_of
from cifar_pipe.data.datasets.labelled.labels import ALL
from cifar_pipe.diagnostics.suggest import some
from cifar_pipe.errors import DataBroken, DataUnavailable

# Of several files of one split: cifar10-train-00000-of-00002.
_NUMBERED = re.compile(r"-\d+-of-\d+$")
# What the library datasets has computed, and keeps beside the data.
_KEPT_BY_DATASETS = re.compile(r"(cache|tmp).*\.arrow$")


def find_shards(root: Path, suffix: str | tuple[str, ...], *, drawn: bool) -> list[tuple[str, str]]:
    """The path of each file below `root` that ends in `suffix` or one of them, in order, and its split: that of its name,
    or of the folder that it is in; `all` where a test split is `drawn`.

    Raises DataUnavailable where there is none, and DataBroken where their names do not say the splits.
    """
    if not root.exists():
        message = f"there is no file or folder {shown_name(root)}"
        raise DataUnavailable(message, help=tuple(no_pattern(root)))
    paths = [os.fspath(root)] if root.is_file() else sorted(_below(root, suffix))
    if not paths:
        ends = suffix if isinstance(suffix, str) else " or ".join(suffix)
        message = f"there are no files that end in {ends} in {shown_name(root)}"
        raise DataUnavailable(message, help=tuple(other_kinds(root)))
    if drawn and root.is_file():
        # Whatever its name says, it is divided.
        return [(os.fspath(root), ALL)]
    splits = [_split_of(path, root) for path in paths]
    named = [one for one in splits if one is not None]
    if not named and drawn:
        return [(path, ALL) for path in paths]
    if drawn:
        raise DataBroken(
            f"test_split is given, and the files in {shown_name(root)} are divided into "
            f"{' and '.join(sorted(set(named)))} by their names already",
            help="leave test_split out, or name one of the files as root",
            setting=("dataset", "test_split"),
        )
    if len(named) < len(paths):
        without = [Path(path).name for path, one in zip(paths, splits, strict=True) if one is None]
        message = f"the names of {some([shown_name(name) for name in without])} say no split"
        help_ = "begin the names of all with train, val or test"
        raise DataBroken(message, help=(help_, *(() if named else ["or write test_split: 0.2"])))
    return list(zip(paths, named, strict=True))


def _below(folder: Path, suffix: str | tuple[str, ...]) -> list[str]:
    found = []
    for entry in entries(folder):
        # A link to a folder may lead back up.
        if entry.is_dir(follow_symlinks=False):
            found += _below(Path(entry.path), suffix)
        elif entry.name.lower().endswith(suffix) and not _KEPT_BY_DATASETS.match(entry.name):
            found.append(entry.path)
    return found


def _split_of(path: str, root: Path) -> str | None:
    file = Path(path)
    own = role_of(_NUMBERED.sub("", file.name.partition(".")[0]))
    return own or (role_of(file.parent.name) if root not in (file.parent, file) else None)
