"""Published sets whose archives have one list of images per split: a row says how it is read."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.data.datasets.folders.image_search import identity, shown_name
from cifar_pipe.data.datasets.image_set import ImageSet
from cifar_pipe.data.datasets.labelled.labels import Collector
from cifar_pipe.errors import DataBroken, DataUnavailable

UNPACK_AGAIN = "unpack it again"


class Lists(NamedTuple):
    """Where the parts of a set are below `root`. `of_splits` may have arguments of the dataset in braces.

    `line` is a regular expression with the groups `file`, the path below `images` without `suffix`, and
    `label`.
    """

    images: str
    of_splits: Mapping[str, str]
    line: str
    suffix: str = ".jpg"


# What torchvision downloads of some sets is one split.
_EACH_SPLIT = {"GTSRB": ("split='train', ", "split='test', ")}

_CLASS_FOLDER = r"(?P<file>(?P<label>[^/]+)/.+)"
LISTS = {
    "Food101": Lists(
        "food-101/images",
        {"train": "food-101/meta/train.txt", "test": "food-101/meta/test.txt"},
        _CLASS_FOLDER,
    ),
    "DTD": Lists(
        "dtd/dtd/images",
        {split: f"dtd/dtd/labels/{split}{{partition}}.txt" for split in ("train", "val", "test")},
        _CLASS_FOLDER,
        "",
    ),
    "FGVCAircraft": Lists(
        "fgvc-aircraft-2013b/data/images",
        {
            split: f"fgvc-aircraft-2013b/data/images_{{annotation_level}}_{split}.txt"
            for split in ("train", "val", "test")
        },
        r"(?P<file>\d+) (?P<label>.+)",
    ),
    "OxfordIIITPet": Lists(
        "oxford-iiit-pet/images",
        {
            "train": "oxford-iiit-pet/annotations/trainval.txt",
            "test": "oxford-iiit-pet/annotations/test.txt",
        },
        # The numbers are those of the class, of cat or dog, and of the breed.
        r"(?P<file>(?P<label>.+)_\d+) \d+ \d+ \d+",
    ),
}


def find_listed(dataset: Component) -> ImageSet:
    """Raises DataUnavailable where the set was not unpacked below `root`, and DataBroken with all lines that
    name no image.
    """
    root, lists = Path(dataset.get("root")).expanduser(), LISTS[dataset.name]
    arguments = {name: dataset.get(name) for name in dataset.entry.args}
    images = root / lists.images
    collector, identities, beside = Collector("lines", "root"), {}, []
    for split, name in lists.of_splits.items():
        path = root / name.format_map(arguments)
        beside.append(os.fspath(path))
        for number, line in enumerate(_lines(path, dataset.name), 1):
            where = f"{path.name}:{number}"
            found = re.fullmatch(lists.line, line.strip())
            if found is None:
                collector.refuse(where, f"is not a line of {dataset.name}", UNPACK_AGAIN)
                continue
            file = os.path.join(images, found["file"] + lists.suffix)  # noqa: PTH118
            try:
                identities[file] = identity(file)
            except (OSError, ValueError):
                absent = shown_name(found["file"] + lists.suffix)
                collector.refuse(where, f"names {absent}, which is not there", UNPACK_AGAIN)
                continue
            collector.add(file, found["label"].replace("_", " "), split, where)
    return collector.image_set(root, identities, without_test=UNPACK_AGAIN, beside=beside)


def _lines(path: Path, name: str) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise not_unpacked(name, path) from None
    except (OSError, UnicodeDecodeError) as error:
        message = f"{shown_name(path)} cannot be read: {error}"
        raise DataBroken(message, help=UNPACK_AGAIN) from error


def not_unpacked(name: str, path: Path) -> DataUnavailable:
    """Of a part of the set `name` that is not there, with the command that fetches all of it."""
    splits = _EACH_SPLIT.get(name, ("",))
    calls = "; ".join(f"{name}('FOLDER', {split}download=True)" for split in splits)
    code = f"from torchvision.datasets import {name}; {calls}"
    return DataUnavailable(
        f"there is no {shown_name(path)}: {name} was not unpacked there",
        help=(
            "root is the folder that its archive was unpacked in",
            f'or download it once: python -c "{code}"',
        ),
    )
