"""Image files in folders named after their classes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.data.datasets.folders.image_search import (
    ImageSearch,
    entries,
    identity,
    is_hidden,
    is_image,
    not_read,
    shown_name,
)
from cifar_pipe.data.datasets.folders.other_kinds import other_kinds
from cifar_pipe.data.datasets.folders.split_folders import (
    SplitFolders,
    has_images_in_classes,
    split_folders,
    subfolders,
)
from cifar_pipe.data.datasets.image_set import ImageSet
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.diagnostics.suggest import nearest, some
from cifar_pipe.errors import DataBroken, DataUnavailable

_LAYOUT = (
    "ImageFolder takes root/train/CLASS/image.jpg and root/test/CLASS/image.jpg (or val/), "
    "or root/CLASS/image.jpg with test_split: 0.2"
)


def find_images(dataset: Component) -> ImageSet:
    """Lists the folders; reads no image.

    Raises DataUnavailable where there is no such folder, and DataBroken for one that is not laid
    out in classes: which folder, and what is wrong with it.
    """
    root = Path(dataset.get("root")).expanduser()
    _check_root(root)
    splits = split_folders(root)
    if dataset.get("test_split") is None:
        return _in_classes(root, splits, _train_and_test(splits))
    if splits.by_role:
        _refuse_test_split(splits)
    return _in_classes(root, splits, {"all": root})


def _check_root(root: Path) -> None:
    """Where it is not there, names a folder beside it: of nearly its name, or the only one with
    images in classes.
    """
    if root.is_dir():
        return
    if root.exists():
        raise DataUnavailable(f"{shown_name(root)} is a file, not a folder", help=_LAYOUT)
    names = [one.name for one in root.parent.glob("*/") if not is_hidden(one.name)]
    near = [root.parent / name for name in get_close_matches(root.name, names, n=1)]
    if not near:
        folders = filter(has_images_in_classes, [root.parent / name for name in sorted(names)])
        near = [*islice(folders, 2)]
    raise DataUnavailable(
        f"there is no folder {shown_name(root)}; train/ and test/ (or val/) below it were looked "
        "for",
        help=(*_meant(near), _LAYOUT),
    )


def _meant(folders: list[Path]) -> Iterator[str]:
    if len(folders) == 1:
        yield f"did you mean {shown_name(folders[0])}?"


def _refuse_test_split(splits: SplitFolders) -> None:
    """Raises DataBroken: of train/ and val/, test_split would make two classes."""
    root, found = shown_name(splits.root), splits.by_role
    if "train" in found:
        # Where it has no class folders, that is what has to be mended first.
        _class_folders(found["train"], [splits.root, found["train"]], [])
    names = {role: f"{shown_name(folder.name)}/" for role, folder in found.items()}
    help_ = []
    if {"train", "test"} <= found.keys():
        help_.append("leave test_split out")
    elif {"train", "val"} <= found.keys():
        help_.append(f"leave test_split out: {names['val']} is the test split then")
    if "train" in found:
        of_train = shown_name(found["train"])
        help_.append(f"to draw a test split from the training images, write root: {of_train}")
    help_ += _of_one(splits) if "train" not in found else []
    raise DataBroken(
        f"test_split is given, and {root} is divided into {' and '.join(names.values())} already",
        help=tuple(help_) or _LAYOUT,
        setting=("dataset", "test_split"),
    )


def _train_and_test(splits: SplitFolders) -> dict[str, Path]:
    found, root = dict(splits.by_role), splits.root
    # Without a test/, the only held-out part is val/: it is for testing.
    if "test" not in found and "val" in found:
        found["test"] = found.pop("val")
    absent = [name for name in ("train", "test") if name not in found]
    if not absent:
        return found
    looked = " and no ".join(f"{name}/" if name != "test" else "test/ or val/" for name in absent)
    message, names = f"there is no {looked} below {shown_name(root)}", subfolders(root)
    if len(absent) == 2 and names:
        message += f", only {some([shown_name(name) for name in names])}"
        raise DataUnavailable(message, help=_not_divided(root, names))
    help_ = [_LAYOUT, *([] if found else other_kinds(root))]
    if "train" in found:
        help_ = [f"write {_drawn(found['train'])}, to draw a test split"]
    elif not found and (above := _divided_above(root)):
        help_.insert(0, f"did you mean {shown_name(above)}? It is divided into splits")
    elif found:
        message += f", only {some([f'{shown_name(one.name)}/' for one in splits.by_role.values()])}"
        help_ = ["call the folder of the training images train", *_of_one(splits)]
    raise DataUnavailable(message, help=tuple(help_))


def _divided_above(root: Path) -> Path | None:
    """The folder of splits that the root is a class of."""
    split = root.resolve().parent
    is_split = split in [one.resolve() for one in split_folders(split.parent).by_role.values()]
    return root.parent.parent if is_split and len(root.parts) > 1 else None


def _of_one(splits: SplitFolders) -> Iterator[str]:
    """What can be done with the only split."""
    if len(splits.by_role) == 1:
        [folder] = splits.by_role.values()
        yield f"to train and test on parts of {shown_name(folder)}, write {_drawn(folder)}"


def _drawn(folder: Path) -> str:
    return f"root: {shown_name(folder)} and test_split: 0.2"


def _not_divided(root: Path, names: list[str]) -> str:
    below = [_first_of_several(root / name) for name in names]
    within = [folder for folder in below if split_folders(folder).by_role]
    if len(within) == 1:
        return f"did you mean {shown_name(within[0])}? It is divided into splits"
    if len(below) == 1 and len(subfolders(below[0])) > 1:
        return f"did you mean {shown_name(below[0])}?"
    return "if these are the classes, say what share is for testing: test_split: 0.2"


def _first_of_several(folder: Path) -> Path:
    """The first folder from this one down that has not just one other in it."""
    while len(names := subfolders(folder)) == 1 and not split_folders(folder).by_role:
        folder /= names[0]
    return folder


def _in_classes(root: Path, splits: SplitFolders, folders: Mapping[str, Path]) -> ImageSet:
    above = [root, *folders.values()]
    again: list[Problem] = []
    classes = {name: _class_folders(folder, above, again) for name, folder in folders.items()}
    first = next(iter(folders))
    for name, folder in folders.items():
        _check_same(folders[first], classes[first], folder, classes[name])
    _check_several(folders[first], classes[first])
    _check_not_divided(folders[first], classes[first])
    every = [one for of_split in classes.values() for one in of_split.values()]
    _check_distinct(every)
    found = ImageSet(root, tuple(classes[first]), {}, {})
    images = ImageSearch([*root.resolve().parents, *above, *every])
    for name in folders:
        per_class = [images.below(classes[name][one]) for one in found.classes]
        found.files[name] = [path for paths in per_class for path in paths]
        found.labels[name] = [label for label, paths in enumerate(per_class) for _ in paths]
    outside = _outside_classes(dict.fromkeys(above))
    problems = (*splits.problems(), *again, *outside, *images.problems())
    return replace(found, identities=images.identities, problems=problems)


def _class_folders(folder: Path, above: list[Path], again: list[Problem]) -> dict[str, Path]:
    """The class folders by the names of their classes, in order, as torchvision numbers them.

    Links that lead back up are not classes; they are added to `again`.
    """
    up = {identity(one) for one in [*above, *(folder.resolve()).parents]}
    found: dict[str, Path] = {}
    for name in subfolders(folder):
        path = folder / name
        if identity(path) in up:
            message = f"{shown_name(path)} leads back up, and is not read"
            again.append(not_read(message, f"remove {shown_name(path)}"))
            continue
        # macOS writes é as two characters, Linux as one.
        class_ = unicodedata.normalize("NFC", shown_name(name))
        if class_ in found:
            raise DataBroken(
                f"{shown_name(folder)} has two folders whose name is {class_}: one writes its "
                "accents as characters of their own",
                help="put the images of both into one",
            )
        found[class_] = path
    if not found:
        help_ = _LAYOUT
        if any(is_image(one.name) for one in entries(folder)):
            help_ = "its images have no class: put each into a folder named after its class"
            if folder != above[1]:
                help_ += f"; {_without_test(above[1])}"
        raise DataBroken(f"there are no class folders in {shown_name(folder)}", help=help_)
    return found


def _without_test(train: Path) -> str:
    return (
        f"if nobody knows it, write root: {shown_name(train)} and test_split: 0.2, which draws a "
        "test split from the training images"
    )


def _check_several(folder: Path, classes: Mapping[str, Path]) -> None:
    if len(classes) == 1:
        [(name, path)] = classes.items()
        help_ = "a classifier needs two classes or more"
        below = _first_of_several(path)
        if split_folders(below).by_role or len(subfolders(below)) > 1:
            help_ = f"did you mean {shown_name(below)}?"
        raise DataBroken(
            f"there is only one class folder in {shown_name(folder)}: {name}", help=help_
        )


def _check_not_divided(folder: Path, classes: Mapping[str, Path]) -> None:
    """Raises DataBroken where each class has splits of its own: their images would be mixed."""
    if all(len(split_folders(path).by_role) > 1 for path in classes.values()):
        [first, *_] = classes.values()
        names = [f"{shown_name(one.name)}/" for one in split_folders(first).by_role.values()]
        raise DataBroken(
            f"each class folder in {shown_name(folder)} is divided, {shown_name(first)} into "
            f"{' and '.join(names)}: the splits would be mixed",
            help="put the classes into the splits: root/train/CLASS/image.jpg",
        )


def _check_same(a: Path, in_a: Mapping[str, Path], b: Path, in_b: Mapping[str, Path]) -> None:
    only_a, only_b = (sorted(set(one) - set(other)) for one, other in ((in_a, in_b), (in_b, in_a)))
    extra = (a, only_a), (b, only_b)
    parts = [f"only {shown_name(folder)} has {some(names)}" for folder, names in extra if names]
    if not parts:
        return
    help_ = "every split needs the same class folders"
    if near := next(((one, found) for one in only_b if (found := nearest(one, only_a))), None):
        help_ = f"{help_}: rename {near[0]} or {near[1]} if they are one class"
    if not set(in_a) & set(in_b):
        help_ = f"put each image of {shown_name(b)} into a folder of its class; {_without_test(a)}"
    raise DataBroken(
        f"the classes of {shown_name(a)} and {shown_name(b)} differ: {'; '.join(parts)}", help=help_
    )


def _check_distinct(folders: list[Path]) -> None:
    """Raises DataBroken for two class folders that are one: by links."""
    seen: dict[int, Path] = {}
    for folder in folders:
        first = seen.setdefault(identity(folder), folder)
        if first is not folder:
            raise DataBroken(
                f"{shown_name(folder)} and {shown_name(first)} are one folder: its images would "
                "have two labels, or be trained and tested on",
                help=f"remove the link {shown_name(folder if folder.is_symlink() else first)}",
            )


def _outside_classes(folders: Mapping[Path, None]) -> Iterator[Problem]:
    """Images that lie beside the class folders or the splits."""
    for folder in folders:
        if count := sum(is_image(one.name) for one in entries(folder) if not one.is_dir()):
            images = "1 image lies" if count == 1 else f"{count:,} images lie"
            message = f"{images} in {shown_name(folder)} itself, outside the class folders"
            yield not_read(f"{message}: not read", "move them into the folder of their class")
