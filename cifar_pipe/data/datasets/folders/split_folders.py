"""Whether a folder is divided into splits, and which of its folders is which."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cifar_pipe.data.datasets.folders.image_search import entries, is_image, not_read, shown_name
from cifar_pipe.data.datasets.folders.split_names import role_of
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.diagnostics.suggest import some
from cifar_pipe.errors import DataBroken


@dataclass(frozen=True)
class SplitFolders:
    """`by_role` has a folder for `train`, `val`, `test` where there is one; it is empty where the
    folders are classes. `beside` are the others.
    """

    root: Path
    by_role: Mapping[str, Path] = field(default_factory=dict)
    beside: tuple[str, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """What lies beside the splits and is not read."""
        read = ", ".join(f"{shown_name(folder.name)}/" for folder in self.by_role.values())
        if self.beside and read:
            names = [f"{shown_name(name)}/" for name in self.beside]
            verb = "lies" if len(names) == 1 else "lie"
            end = "which is not read" if len(names) == 1 else "which are not read"
            yield not_read(f"beside {read} in {shown_name(self.root)} {verb} {some(names)}, {end}")


def split_folders(root: Path) -> SplitFolders:
    """Raises DataBroken where several folders have the name of one split, and none exactly."""
    names = subfolders(root)
    roles = {name: role for name in names if (role := role_of(name)) is not None}
    if not _are_splits(root, names, roles):
        return SplitFolders(root)
    by_role: dict[str, Path] = {}
    for role in ("train", "val", "test"):
        named = [name for name, one in roles.items() if one == role]
        if len(named) > 1 and role not in named:
            folders = " and ".join(f"{shown_name(name)}/" for name in named)
            raise DataBroken(
                f"{folders} in {shown_name(root)} each have a name of the split {role}",
                help=f"name the one that is meant {role}, and move the others elsewhere",
            )
        if named:
            by_role[role] = root / (role if role in named else named[0])
    read = {folder.name for folder in by_role.values()}
    return SplitFolders(root, by_role, tuple(name for name in names if name not in read))


def _are_splits(root: Path, names: list[str], roles: Mapping[str, str]) -> bool:
    """A class may be called train as well: it has images where a split has folders of classes."""
    if len(names) == len(roles) and (len(set(roles.values())) > 1 or len(names) == 1):
        return True
    return any(_has_classes(root / name) for name in roles)


def _has_classes(folder: Path) -> bool:
    found = entries(folder)
    return any(_is_folder(one) for one in found) and not any(is_image(one.name) for one in found)


def subfolders(folder: Path) -> list[str]:
    """In order, as torchvision numbers the classes; hidden folders are left out."""
    return [entry.name for entry in entries(folder) if _is_folder(entry)]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        # Links that lead to each other.
        return False


def has_images_in_classes(root: Path) -> bool:
    """Whether the folder is divided into splits, or folders in it have images; hidden ones apart.

    A folder that cannot be read has none.
    """
    with contextlib.suppress(DataBroken):
        below = [root / name for name in subfolders(root)]
        return bool(split_folders(root).by_role) or any(map(_has_images, below))
    return False


def _has_images(folder: Path) -> bool:
    return any(is_image(one.name) for one in entries(folder))


def arguments_for(root: Path, test_split: float) -> dict[str, str | float]:
    """What ImageFolder is given for the folder: of one that has no test split, a share is set aside."""
    by_role = split_folders(root).by_role
    if len(by_role) > 1:
        return {"root": str(root)}
    return {"root": str(next(iter(by_role.values()), root)), "test_split": test_split}
