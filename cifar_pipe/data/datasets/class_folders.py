"""Image files in folders named after their classes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.data.image_files.formats import suffixes
from cifar_pipe.diagnostics.suggest import some
from cifar_pipe.errors import DataBroken, DataUnavailable

_LAYOUT = (
    "ImageFolder takes root/train/CLASS/image.jpg and root/test/CLASS/image.jpg (or val/), "
    "or root/CLASS/image.jpg with test_split: 0.2"
)


@dataclass(frozen=True)
class ClassFolders:
    """The image files of each split in order of class and name, and their labels.

    `files` has `train`, `test` and perhaps `val`; or only `all`, where the test split is drawn.
    """

    root: Path
    classes: tuple[str, ...]
    files: dict[str, list[str]]
    labels: dict[str, list[int]]


def find_images(dataset: Component) -> ClassFolders:
    """Lists the folders; reads no image.

    Raises DataUnavailable where there is no such folder, and DataBroken for one that is not laid
    out in classes: which folder, and what is wrong with it.
    """
    root = Path(dataset.get("root")).expanduser()
    _check_root(root)
    if dataset.get("test_split") is None:
        return _in_classes(root, _split_folders(root))
    if all((root / name).is_dir() for name in ("train", "test")):
        raise DataBroken(
            f"test_split is given, and {root} is divided into train/ and test/ already",
            help="leave test_split out",
        )
    return _in_classes(root, {"all": root})


def _check_root(root: Path) -> None:
    """Names a folder beside it with nearly its name, where it is not there."""
    if root.is_dir():
        return
    if root.exists():
        raise DataUnavailable(f"{root} is a file, not a folder", help=_LAYOUT)
    near = get_close_matches(root.name, [one.name for one in root.parent.glob("*/")], n=1)
    raise DataUnavailable(
        f"there is no folder {root}; train/ and test/ (or val/) below it were looked for",
        help=(*(f"did you mean {root.parent / name}?" for name in near), _LAYOUT),
    )


def _split_folders(root: Path) -> dict[str, Path]:
    found = {name: root / name for name in ("train", "val", "test") if (root / name).is_dir()}
    # A folder of classes has no train/ and test/; then a val/ is the only held-out part: test.
    if "test" not in found and "val" in found:
        found["test"] = found.pop("val")
    absent = [name for name in ("train", "test") if name not in found]
    if not absent:
        return found
    looked = " and no ".join(f"{name}/" if name != "test" else "test/ or val/" for name in absent)
    message, names = f"there is no {looked} below {root}", _subfolders(root)
    if len(absent) == 2 and names:
        question = "if these are the classes, say what share is for testing: test_split: 0.2"
        raise DataUnavailable(f"{message}, only {some(names)}", help=question)
    raise DataUnavailable(message, help=_LAYOUT)


def _in_classes(root: Path, folders: dict[str, Path]) -> ClassFolders:
    classes = {name: _class_names(folder) for name, folder in folders.items()}
    first = next(iter(folders))
    for name, folder in folders.items():
        _check_same(folders[first], classes[first], folder, classes[name])
    found = ClassFolders(root, tuple(classes[first]), {}, {})
    for name, folder in folders.items():
        per_class = [_images(folder / one) for one in classes[name]]
        found.files[name] = [path for paths in per_class for path in paths]
        found.labels[name] = [label for label, paths in enumerate(per_class) for _ in paths]
    return found


def _class_names(folder: Path) -> list[str]:
    names = _subfolders(folder)
    if not names:
        raise DataBroken(f"there are no class folders in {folder}", help=_LAYOUT)
    if len(names) == 1:
        raise DataBroken(
            f"there is only one class folder in {folder}: {names[0]}",
            help="a classifier needs two classes or more",
        )
    return names


def _subfolders(folder: Path) -> list[str]:
    """In order, as torchvision numbers the classes; hidden folders are left out."""
    names = (entry.name for entry in os.scandir(folder) if entry.is_dir())
    return sorted(name for name in names if not name.startswith("."))


def _check_same(a: Path, in_a: list[str], b: Path, in_b: list[str]) -> None:
    extra = (a, sorted(set(in_a) - set(in_b))), (b, sorted(set(in_b) - set(in_a)))
    if parts := [f"only {folder} has {some(names)}" for folder, names in extra if names]:
        raise DataBroken(
            f"the classes of {a} and {b} differ: {'; '.join(parts)}",
            help="every split needs the same class folders",
        )


def _images(folder: Path) -> list[str]:
    # Plain strings: as Path objects, 60,000 files took five times as long.
    found = sorted(
        f"{where}{os.sep}{name}"
        for where, _, names in os.walk(folder, followlinks=True)
        for name in names
        if name.lower().endswith(suffixes()) and not name.startswith(".")
    )
    if not found:
        help_ = (
            "images end in .jpg, .png, .gif or as others that Pillow reads; remove the folder if it is "
            "not a class"
        )
        raise DataBroken(f"there are no images in {folder}", help=help_)
    return found
