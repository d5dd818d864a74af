"""Published sets whose archives have a folder per class: a row says where, and what its paths mean."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.data.datasets.folders.image_search import identity, shown_name
from cifar_pipe.data.datasets.image_set import ImageSet
from cifar_pipe.data.datasets.labelled.labels import ALL, Collector
from cifar_pipe.data.datasets.labelled.listed import UNPACK_AGAIN, not_unpacked
from cifar_pipe.data.datasets.labelled.pattern import Collected, collect
from cifar_pipe.data.datasets.labelled.rows import read_table
from cifar_pipe.errors import DataBroken


class Tree(NamedTuple):
    """`folder` is below `root`, and may have arguments of the dataset in braces; `values` are what is
    written for some of them. `path` is a regular expression of the paths below it, with the groups
    `label` and perhaps `split`. `names` are the classes by those labels, in their order, where the folders
    have other names.
    """

    folder: str
    path: str
    values: Mapping[str, str] = {}
    names: Mapping[str, str] = {}


_BY_SPLIT = r"(?P<split>train|val|valid|test)/(?P<label>[^/]+)/[^/]+"
TREES = {
    "EuroSAT": Tree("eurosat/2750", r"(?P<label>[^/]+)/[^/]+"),
    "Imagenette": Tree(
        "imagenette2{size}",
        _BY_SPLIT,
        {"full": "", "320px": "-320", "160px": "-160"},
        {
            "n01440764": "tench",
            "n02102040": "English springer",
            "n02979186": "cassette player",
            "n03000684": "chain saw",
            "n03028079": "church",
            "n03394916": "French horn",
            "n03417042": "garbage truck",
            "n03425413": "gas pump",
            "n03445777": "golf ball",
            "n03888257": "parachute",
        },
    ),
    "Country211": Tree("country211", _BY_SPLIT),
    "RenderedSST2": Tree("rendered-sst2", _BY_SPLIT),
    # What is in BACKGROUND_Google is of no class.
    "Caltech101": Tree(
        "caltech101/101_ObjectCategories", r"(?P<label>(?!BACKGROUND_Google/)[^/]+)/[^/]+"
    ),
    "Caltech256": Tree("caltech256/256_ObjectCategories", r"\d+\.(?P<label>[^/]+)/[^/]+\.jpg"),
    "SUN397": Tree("SUN397", r"[a-z]/(?P<label>.+)/sun_[^/]+\.jpg"),
    "GTSRB": Tree("gtsrb/GTSRB/Training", r"0*(?P<label>\d+)/[^/]+\.ppm"),
}


def find_tree(dataset: Component) -> ImageSet:
    """Raises DataUnavailable where the set was not unpacked below `root`, and DataBroken where its images do
    not have the paths that its archive gives them.
    """
    tree = TREES[dataset.name]
    given = {name: dataset.get(name) for name in dataset.entry.args}
    words = {name: tree.values.get(str(value), value) for name, value in given.items()}
    folder = _folder(dataset, tree.folder.format_map(words))
    collector = Collector("images", "root", [*tree.names.values()] or None)
    found = _collected(dataset, folder, collector)
    return collector.image_set(folder, found.search.identities, without_test=UNPACK_AGAIN)


def find_gtsrb(dataset: Component) -> ImageSet:
    """GTSRB's training images are in folders of their classes, and a table has those of the test images.

    Raises as `find_tree` does, and DataBroken with all rows of the table that cannot be used.
    """
    tree = TREES[dataset.name]
    folder, tested = (
        _folder(dataset, tree.folder),
        _folder(dataset, "gtsrb/GTSRB/Final_Test/Images"),
    )
    table = _folder(dataset, "gtsrb") / "GT-final_test.csv"
    if not table.is_file():
        raise not_unpacked(dataset.name, table)
    collector = Collector("images", "root")
    found = _collected(dataset, folder, collector, split="train")
    identities = {**found.search.identities}
    with read_table(table, "root") as rows:
        for number, row in rows.rows:
            where, name = f"{table.name}:{number}", row.get("Filename") or ""
            path = os.path.join(tested, name)  # noqa: PTH118 - as strings
            try:
                identities[path] = identity(path)
            except (OSError, ValueError):
                why = f"names {shown_name(name)}, which is not there"
                collector.refuse(where, why, UNPACK_AGAIN)
                continue
            collector.add(path, (row.get("ClassId") or "").strip(), "test", where)
    return collector.image_set(
        folder, identities, without_test=UNPACK_AGAIN, beside=[os.fspath(table)]
    )


def _collected(
    dataset: Component, folder: Path, collector: Collector, *, split: str = ALL
) -> Collected:
    tree = TREES[dataset.name]
    found = collect(folder, re.compile(tree.path), collector, names=tree.names, split=split)
    if not collector.images and not collector.wrong:
        message = (
            f"no image in {shown_name(folder)} lies where the archive of {dataset.name} has one"
        )
        help_ = "for images in folders of your own, name ImageFolder", UNPACK_AGAIN
        raise DataBroken(message, help=help_)
    return found


def _folder(dataset: Component, below: str) -> Path:
    folder = Path(dataset.get("root")).expanduser() / below
    if not folder.is_dir():
        raise not_unpacked(dataset.name, folder)
    return folder
