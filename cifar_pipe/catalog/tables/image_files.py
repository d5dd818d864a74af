"""The datasets of image files: in folders, named by tables or by their names, or packed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from cifar_pipe.catalog.core.argument_rules import BrokenRule
from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.entry import Arg, Entry
from cifar_pipe.catalog.core.facts import Package
from cifar_pipe.catalog.core.types import Bool, Str, either, list_of, number, whole
from cifar_pipe.catalog.images.data_facts import DataFacts, DatasetFacts, Images
from cifar_pipe.catalog.images.declared_shapes import FolderShape

Share = number(gt=0, lt=1)
TEST_SPLIT = "Share of the images of each class that is the test split, drawn from the seed; above 0, below 1."

_Level = whole(ge=0, le=255)
_Colour = either(
    _Level,
    list_of(_Level, 3),
    expected="a whole number from 0 to 255, or a list of 3: red, green, blue",
)
_TABLES = (".csv", ".tsv", ".jsonl", ".ndjson")
_LONGEST_PATTERN = 1000

READING = {
    "image_shape": Arg(
        FolderShape,
        None,
        "[3, height, width] of every image, so that shapes can be checked before the "
        "images are read; they are held to it.",
    ),
    "apply_exif_orientation": Arg(
        Bool, True, "Whether photographs are turned upright, as the EXIF data of their files says."
    ),
    "background": Arg(
        _Colour,
        255,
        "What transparent pixels show: 0 to 255, or [red, green, blue]; 255 is white.",
    ),
}
"""The arguments of all datasets of image files: how these are read."""

_LABELS = Arg(
    list_of(Str, minimum=2),
    None,
    "The labels that there may be, in the order of their classes; without it all that are found, in "
    "the order of numbers or of text.",
)


def files_data(dataset: Component) -> DataFacts:
    """What is known before a look: the image shape and the labels, if they are written."""
    shape = dataset.get("image_shape")
    image = Images.of(shape) if shape is not None else Images(3, None, None)
    labels, drawn = (
        dataset.get(name) if name in dataset.entry.args else None
        for name in ("labels", "test_split")
    )
    # Where a test split is drawn, the images have no splits of their own.
    val = None if drawn is None else 0
    classes = None if labels is None else tuple(labels)
    count = None if labels is None else len(labels)
    return DataFacts(image, classes, count, None, None, declared=False, val=val)


def _labels_once(arguments: Mapping[str, Any]) -> BrokenRule | None:
    labels = arguments["labels"] or []
    twice = next((one for one in labels if labels.count(one) > 1), None)
    return BrokenRule(f"names the label `{twice}` twice", ("labels",)) if twice else None


def _one_way_to_test(*ways: str) -> Any:
    """Exactly one of the arguments says which images are for testing."""

    def broken(arguments: Mapping[str, Any]) -> BrokenRule | None:
        given = [name for name in ways if arguments[name] is not None]
        if len(given) == 1:
            return None
        words = f"{', '.join(ways[:-1])} or {ways[-1]}"
        if not given:
            return BrokenRule(f"needs {words}: some images are for testing", ways)
        return BrokenRule(
            f"takes one of {words}, and has {' and '.join(given)}", (*given,), exclusive=True
        )

    return broken


_table_test = _one_way_to_test("test_split", "split_column", "test_file")


def _table_rule(arguments: Mapping[str, Any]) -> BrokenRule | None:
    for name in ("file", "test_file"):
        path = arguments[name]
        if path is not None and PurePath(path).suffix.lower() not in _TABLES:
            message = f"reads tables that end in {', '.join(_TABLES)}, and {name} does not"
            return BrokenRule(message, (name,))
    both = arguments["test_file"] is not None and arguments["split_column"] is not None
    # The first table may hold a validation split.
    broken = None if both and arguments["test_split"] is None else _table_test(arguments)
    return broken or _labels_once(arguments)


def _pattern_rule(arguments: Mapping[str, Any]) -> BrokenRule | None:
    pattern = arguments["pattern"]
    if len(pattern) > _LONGEST_PATTERN:
        return BrokenRule(
            f"takes a pattern of {_LONGEST_PATTERN:,} characters at most", ("pattern",)
        )
    try:
        groups = re.compile(pattern).groupindex
    except (re.error, RecursionError, OverflowError) as error:
        return BrokenRule(f"takes a regular expression as pattern, and here {error}", ("pattern",))
    if "label" not in groups:
        message = "needs a group named label in its pattern, which is the class: (?P<label>[a-z]+)"
        return BrokenRule(message, ("pattern",))
    drawn = arguments["test_split"] is not None
    if "split" in groups and drawn:
        return BrokenRule("takes test_split or a group named split, not both", ("test_split",))
    if "split" not in groups and not drawn:
        message = "needs test_split, or a group named split in its pattern: (?P<split>train|test)"
        return BrokenRule(message)
    return _labels_once(arguments)


def _tar_rule(arguments: Mapping[str, Any]) -> BrokenRule | None:
    if arguments["label_key"] == "json" and arguments["json_field"] is None:
        return BrokenRule("needs json_field: the field of the JSON with the class", ("label_key",))
    return _labels_once(arguments)


_FACTS = DatasetFacts(data=files_data)

_IMAGE_FOLDER = Entry(
    "dataset",
    "ImageFolder",
    "Images in folders named after their classes: root/train/CLASS/… and root/test/CLASS/… (or "
    "val/; other common names of splits too), or root/CLASS/… with a `test_split`.",
    "cifar_pipe.data.datasets.class_folders:find_images",
    link="https://docs.pytorch.org/vision/stable/generated/torchvision.datasets.ImageFolder.html",
    facts=_FACTS,
    own_args=("test_split", *READING),
).takes(
    root=Arg(Str, ..., "The folder, relative to the current directory.", reads=True),
    test_split=Arg(Share, None, f"{TEST_SPLIT} For a folder of classes."),
    **READING,
)

_IMAGE_TABLE = Entry(
    "dataset",
    "ImageTable",
    "Image files and their labels as a table names them: CSV, TSV or JSON lines.",
    "cifar_pipe.data.datasets.labelled.table:find_table",
    facts=_FACTS,
    rule=_table_rule,
).takes(
    file=Arg(
        Str,
        ...,
        "The table, relative to the current directory; a CSV file begins with the names of its columns.",
        reads=True,
    ),
    root=Arg(
        Str,
        None,
        "The folder that the table's paths are relative to; without it the table's own.",
        reads=True,
    ),
    file_column=Arg(Str, "file", "The column with the path of each image."),
    label_column=Arg(Str, "label", "The column with the class of each image."),
    split_column=Arg(
        Str,
        None,
        "The column with the split of each image: train, val or test, or their other names.",
    ),
    test_file=Arg(
        Str, None, "A second table with the same columns: that of the test images.", reads=True
    ),
    test_split=Arg(Share, None, TEST_SPLIT),
    suffix=Arg(Str, None, "What follows each path of the table: .png where it has names without."),
    labels=_LABELS,
    **READING,
)

_IMAGE_PATTERN = Entry(
    "dataset",
    "ImagePattern",
    "Images in one folder whose names say their class: cat_0012.jpg.",
    "cifar_pipe.data.datasets.labelled.pattern:find_pattern",
    facts=_FACTS,
    rule=_pattern_rule,
).takes(
    root=Arg(Str, ..., "The folder, relative to the current directory.", reads=True),
    pattern=Arg(
        Str,
        ...,
        "Regular expression of the whole path below root, with a group `label` and perhaps a group "
        r"`split`: (?P<label>[a-z]+)_\d+\.jpg.",
    ),
    test_split=Arg(Share, None, TEST_SPLIT),
    labels=_LABELS,
    **READING,
)

_WEB_DATASET = Entry(
    "dataset",
    "WebDataset",
    "Images and their classes in tar archives as webdataset writes them: KEY.jpg and KEY.cls; the names "
    "of the archives say the split, train-000000.tar.",
    "cifar_pipe.data.datasets.labelled.tars:find_tars",
    link="https://github.com/webdataset/webdataset",
    facts=_FACTS,
    rule=_tar_rule,
).takes(
    root=Arg(Str, ..., "The folder of the archives, or one archive.", reads=True),
    label_key=Arg(Str, "cls", "What follows the key of a sample in the file with its class."),
    json_field=Arg(Str, None, "The field with the class, where that file is JSON."),
    test_split=Arg(Share, None, f"{TEST_SPLIT} For archives whose names say no split."),
    labels=_LABELS,
    **READING,
)

_COLUMNS = {
    "image_column": Arg(
        Str,
        None,
        "The column with the content of each image file, as bytes or {bytes, path}; without it the one that "
        "is marked as an image, or `image`.",
    ),
    "label_column": Arg(
        Str,
        None,
        "The column with the class of each image, a number or a word; without it the one that is marked as "
        "a ClassLabel, or `label`.",
    ),
    "test_split": Arg(Share, None, f"{TEST_SPLIT} For files whose names say no split."),
}

_PARQUET = Entry(
    "dataset",
    "Parquet",
    "Images and their classes in columns of Parquet files; the names of the files say the split, "
    "train-00000-of-00002.parquet.",
    "cifar_pipe.data.datasets.labelled.arrow_sets:find_parquet",
    facts=replace(_FACTS, needs=Package("pyarrow", "pyarrow", "pip install 'cifar-pipe[parquet]'")),
    rule=_labels_once,
).takes(
    root=Arg(Str, ..., "The folder of the files, or one file.", reads=True),
    **_COLUMNS,
    labels=_LABELS,
    **READING,
)

_HUGGING_FACE = Entry(
    "dataset",
    "HuggingFace",
    "An image set of Hugging Face's library datasets: a folder of save_to_disk or of Parquet files, or by "
    "name, as the library has downloaded it.",
    "cifar_pipe.data.datasets.labelled.arrow_sets:find_huggingface",
    link="https://huggingface.co/docs/datasets/image_dataset",
    facts=replace(
        _FACTS, needs=Package("pyarrow", "pyarrow", "pip install 'cifar-pipe[huggingface]'")
    ),
    rule=_labels_once,
).takes(
    path=Arg(
        Str,
        ...,
        "The folder, relative to the current directory; or a name, ylecun/mnist, which is looked for in the "
        "library's cache: nothing is downloaded.",
    ),
    config=Arg(Str, None, "Which configuration of a name that has several."),
    **_COLUMNS,
    labels=_LABELS,
    **READING,
)

IMAGE_FILES = (
    _IMAGE_FOLDER,
    _IMAGE_TABLE,
    _IMAGE_PATTERN,
    _WEB_DATASET,
    _PARQUET,
    _HUGGING_FACE,
)
