"""The image files below any folder: splits of classes, one split of classes, or images alone.

Loading refuses a folder whose splits have different classes, or a class without images. Here it is
listed all the same, so that all of its faults are told at once.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from cifar_pipe.data.datasets.folders.image_search import (
    ImageSearch,
    entries,
    is_image,
    shown_name,
)
from cifar_pipe.data.datasets.folders.split_folders import split_folders, subfolders
from cifar_pipe.data.datasets.folders.split_names import role_of
from cifar_pipe.data.datasets.image_set import ImageSet
from cifar_pipe.data.image_files.formats import left_out
from cifar_pipe.doctor.collection import Skipped
from cifar_pipe.doctor.examine import ListedFile, Listing
from cifar_pipe.errors import DataBroken, DataUnavailable

WHOLE = "all"
_WHAT = "name a folder of images, whether or not it is divided into splits and classes"


def list_folder(root: Path) -> Listing:
    """Raises DataUnavailable where there is no such folder or no image in it, and DataBroken where
    several folders have the name of one split, or a folder cannot be read.
    """
    if not root.is_dir():
        raise DataUnavailable(f"there is no folder {shown_name(root)}", help=_WHAT)
    splits = split_folders(root)
    folders = dict(splits.by_role) or {role_of(root.resolve().name) or WHOLE: root}
    search = ImageSearch([*root.resolve().parents, root])
    files: list[ListedFile] = []
    skipped = [Skipped(f"{shown_name(name)}/", "is not a split") for name in splits.beside]
    classes: dict[str, None] = {}
    for split, folder in folders.items():
        names = subfolders(folder)
        if not names:
            files += [ListedFile(path, split) for path in _below(search, folder)]
            continue
        for name in names:
            label = unicodedata.normalize("NFC", shown_name(name))
            classes[label] = None
            files += [ListedFile(path, split, label) for path in _below(search, folder / name)]
    if not files:
        raise DataUnavailable(f"there are no images below {shown_name(root)}", help=_WHAT)
    outside = [root, *folders.values()] if classes else []
    skipped += _outside(root, dict.fromkeys(outside))
    skipped += _others(root, search)
    return Listing(root, files, tuple(sorted(classes)), skipped)


def as_loaded(found: ImageSet, skipped: Sequence[Skipped] = ()) -> Listing:
    """The files as a pipeline divides them into splits, some perhaps drawn."""
    files = [
        ListedFile(path, split, found.classes[label])
        for split, paths in found.files.items()
        for path, label in zip(paths, found.labels[split], strict=True)
    ]
    return Listing(found.root, files, found.classes, skipped)


def _below(search: ImageSearch, folder: Path) -> Sequence[str]:
    try:
        return search.below(folder)
    except DataBroken:
        # No images: the class is missing, which is told as such.
        return ()


def _outside(root: Path, folders: dict[Path, None]) -> Iterator[Skipped]:
    for folder in folders:
        for one in entries(folder):
            if is_image(one.name) and not one.is_dir():
                name = shown_name(os.path.relpath(one.path, root))
                yield Skipped(name, "lies outside the class folders")


def _others(root: Path, search: ImageSearch) -> Iterator[Skipped]:
    for paths in search.left_out.values():
        for path in paths:
            suffix = Path(path).suffix
            why = left_out(suffix) or (
                f"has the suffix {shown_name(suffix)}, which no image has"
                if suffix
                else "has no suffix: its name does not say that it is an image"
            )
            yield Skipped(shown_name(os.path.relpath(path, root)), why)
