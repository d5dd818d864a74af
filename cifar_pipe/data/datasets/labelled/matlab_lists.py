"""Published sets whose lists of images are files of MATLAB's: Flowers102 and StanfordCars."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.dataset_checks import check_package
from cifar_pipe.data.datasets.folders.image_search import identity, shown_name
from cifar_pipe.data.datasets.image_set import ImageSet
from cifar_pipe.data.datasets.labelled.labels import Collector
from cifar_pipe.data.datasets.labelled.listed import UNPACK_AGAIN, not_unpacked
from cifar_pipe.errors import DataBroken

# Of an image: its split, its file, and its class, counted from 1.
_Line = tuple[str, Path, int]
_Element = TypeVar("_Element")
_SPLITS = {"train": "trnid", "val": "valid", "test": "tstid"}


def find_flowers(dataset: Component) -> ImageSet:
    """Raises DataUnavailable where the set was not unpacked below `root`, and DataBroken with all images that
    are not there, or for a list that cannot be read.
    """
    from torchvision.datasets import Flowers102  # noqa: PLC0415 (its import takes a second)

    folder = Path(dataset.get("root")).expanduser() / "flowers-102"
    labels_file, splits_file = folder / "imagelabels.mat", folder / "setid.mat"
    labels = _array(dataset, labels_file, "labels", int)
    lines = []
    for split, name in _SPLITS.items():
        for number in _array(dataset, splits_file, name, int):
            label = labels[number - 1] if 0 < number <= len(labels) else 0
            lines.append((split, folder / "jpg" / f"image_{number:05d}.jpg", label))
    return _image_set(folder / "jpg", lines, Flowers102.classes, (labels_file, splits_file))


def find_cars(dataset: Component) -> ImageSet:
    """Raises as `find_flowers` does."""
    folder = Path(dataset.get("root")).expanduser() / "stanford_cars"
    names = folder / "devkit" / "cars_meta.mat"
    lists = {
        "train": folder / "devkit" / "cars_train_annos.mat",
        "test": folder / "cars_test_annos_withlabels.mat",
    }
    classes = _array(dataset, names, "class_names", str)
    lines = []
    for split, path in lists.items():
        for file, label in _array(dataset, path, "annotations", _annotation):
            lines.append((split, folder / f"cars_{split}" / file, label))
    return _image_set(folder, lines, classes, (*lists.values(), names))


def _image_set(
    images: Path, lines: Sequence[_Line], classes: Sequence[str], lists: Sequence[Path]
) -> ImageSet:
    collector, identities = Collector("lines", "root", classes), {}
    for split, path, label in lines:
        where = shown_name(path.name)
        try:
            identities[os.fspath(path)] = identity(path)
        except (OSError, ValueError):
            collector.refuse(where, "is in the lists and not there", UNPACK_AGAIN)
            continue
        if not 0 < label <= len(classes):
            collector.refuse(where, f"has the class {label}, of {len(classes)}", UNPACK_AGAIN)
            continue
        collector.add(os.fspath(path), classes[label - 1], split, where)
    return collector.image_set(
        images, identities, without_test=UNPACK_AGAIN, beside=[*map(os.fspath, lists)]
    )


def _annotation(row: Any) -> tuple[str, int]:
    # The name alone: no path leads out of the folder.
    return Path(str(row["fname"])).name, int(row["class"])


def _array(
    dataset: Component, path: Path, name: str, made: Callable[[Any], _Element]
) -> list[_Element]:
    """What is made of the elements of one array. Raises DataUnavailable and DataBroken."""
    if not path.is_file():
        raise not_unpacked(dataset.name, path)
    check_package(dataset)
    from scipy.io import loadmat  # noqa: PLC0415 (its users install it)

    try:
        found: Mapping[str, Any] = loadmat(path, variable_names=[name], squeeze_me=True)
        return [made(one) for one in found[name].reshape(-1)]
    except Exception as error:  # SciPy raises what it likes of broken files
        message = f"{shown_name(path)} cannot be read: {error or type(error).__name__}"
        raise DataBroken(message, help=UNPACK_AGAIN) from error
