"""Parquet and HuggingFace: images and their classes as columns of Parquet or Arrow files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.dataset_checks import check_package
from cifar_pipe.data.datasets.folders.image_search import identity, is_image, shown_name
from cifar_pipe.data.datasets.image_set import ImageSet
from cifar_pipe.data.datasets.labelled.arrow_files import (
    SUFFIXES,
    ArrowFile,
    BrokenArrowError,
    open_arrow,
)
from cifar_pipe.data.datasets.labelled.datasets_cache import find_by_name
from cifar_pipe.data.datasets.labelled.labels import Collector
from cifar_pipe.data.datasets.labelled.shards import find_shards
from cifar_pipe.diagnostics.suggest import meant, some
from cifar_pipe.errors import DataBroken

_MOST_ROWS = 10_000_000
_WITHOUT_TEST = "add a file whose name begins with test or val"


def find_parquet(dataset: Component) -> ImageSet:
    """Raises DataUnavailable where there are no such files, and DataBroken for those that cannot be read,
    for columns that are not there, and for all rows without a class.
    """
    check_package(dataset)
    return _find(dataset, Path(dataset.get("root")).expanduser(), "root")


def find_huggingface(dataset: Component) -> ImageSet:
    """Raises as `find_parquet`; DataUnavailable also for a name of which the cache has nothing."""
    check_package(dataset)
    path = Path(dataset.get("path")).expanduser()
    if not path.exists():
        path = find_by_name(dataset)
    return _find(dataset, path, "path")


def _find(dataset: Component, root: Path, place: str) -> ImageSet:
    _refuse_images(root)
    shards = find_shards(root, SUFFIXES, drawn=dataset.get("test_split") is not None)
    opened = [_open(path) for path, _ in shards]
    columns = _Columns(dataset, shards[0][0], opened[0])
    collector = Collector("rows", place, dataset.get("labels") or columns.class_names)
    files: dict[str, ArrowFile] = {}
    identities, count = {}, 0
    for (path, split), file in zip(shards, opened, strict=True):
        columns.check(path, file)
        name = os.path.relpath(path, root) if path != os.fspath(root) else root.name
        files[name], inode = file, identity(path)
        for row, label in enumerate(columns.labels(path, file)):
            where = f"{name}:{row}"
            # As that of files: of links to one file the same.
            identities[where] = inode << 64 | row
            if label is None:
                collector.refuse(shown_name(where), "has no label", "take such rows out")
            else:
                collector.add(where, label, split, shown_name(where))
            count += 1
            if count > _MOST_ROWS:
                raise DataBroken(f"there are more than {_MOST_ROWS:,} rows")
    folders = {name: Path(path).parent for name, (path, _) in zip(files, shards, strict=True)}
    return collector.image_set(
        root,
        identities,
        without_test=_WITHOUT_TEST,
        content=lambda where: _read(files, folders, columns.image, where),
        beside=[path for path, _ in shards],
        # Neighbours are read together: those of one row group are unpacked at once.
        by_class=False,
    )


def _refuse_images(root: Path) -> None:
    """Raises DataBroken for a folder of image files, which datasets calls an imagefolder."""
    if not root.is_dir():
        return
    for _, _, names in os.walk(root):
        if any(name.lower().endswith(SUFFIXES) for name in names):
            return
        if any(is_image(name) for name in names):
            listed = any(name in ("metadata.csv", "metadata.jsonl") for name in names)
            table = "ImageTable with file_column: file_name reads them by their metadata file"
            raise DataBroken(
                f"{shown_name(root)} has image files, and none of Parquet or Arrow",
                help=table if listed else "ImageFolder reads images in folders of their classes",
            )


def _open(path: str) -> ArrowFile:
    try:
        status = os.stat(path)  # noqa: PTH116
        return open_arrow(path, status.st_size, status.st_mtime_ns)
    except BrokenArrowError as error:
        raise DataBroken(f"{shown_name(path)} {error}", help="make or download it again") from error
    except OSError as error:
        why = error.strerror or error
        raise DataBroken(f"{shown_name(path)} cannot be read: {why}") from error


class _Columns:
    """Which columns hold the image and its class: those that are said, or that datasets marked as such."""

    def __init__(self, dataset: Component, path: str, file: ArrowFile) -> None:
        self._path, self._first = path, file
        self.image = self._name(dataset, "image_column", "Image", "image")
        self.label = self._name(dataset, "label_column", "ClassLabel", "label")
        names = file.features.get(self.label, {}).get("names")
        self.class_names: list[str] | None = [*map(str, names)] if names else None
        self.check(path, file)

    def _name(self, dataset: Component, setting: str, kind: str, usual: str) -> str:
        columns = self._first.columns
        given: str | None = dataset.get(setting)
        marked = [
            name
            for name, one in self._first.features.items()
            if one.get("_type") == kind and name in columns
        ]
        name = given or (marked[0] if len(marked) == 1 else usual)
        if name in columns:
            return name
        where = f"{shown_name(self._path)} has no column `{name}`"
        if given is None and marked:
            where = f"{shown_name(self._path)} has several columns that may be the {usual}"
        shown = some([shown_name(one) for one in marked or columns], 12)
        raise DataBroken(
            f"{where}{':' if marked and given is None else ', only'} {shown}",
            help=(given and meant(given, columns)) or f"write {setting}: and the name of a column",
            setting=("dataset", setting),
        )

    def check(self, path: str, file: ArrowFile) -> None:
        """Raises DataBroken where the file has not these columns, or has other things in them."""
        import pyarrow.types as is_  # noqa: PLC0415

        for name, setting in ((self.image, "image_column"), (self.label, "label_column")):
            if name not in file.columns:
                message = (
                    f"{shown_name(path)} has no column `{name}`, which {shown_name(self._path)} has"
                )
                raise DataBroken(message, setting=("dataset", setting))
        image, label = file.columns[self.image], file.columns[self.label]
        of_struct = is_.is_struct(image) and image.get_field_index("bytes") >= 0
        if not (of_struct or is_.is_binary(image) or is_.is_large_binary(image)):
            raise DataBroken(
                f"the column `{self.image}` of {shown_name(path)} holds {shown_name(str(image))}, no images",
                help="an image is the content of an image file: bytes, or {bytes, path}",
                setting=("dataset", "image_column"),
            )
        value = label.value_type if is_.is_dictionary(label) else label
        if not (is_.is_integer(value) or is_.is_string(value) or is_.is_large_string(value)):
            raise DataBroken(
                f"the column `{self.label}` of {shown_name(path)} holds {shown_name(str(label))}, no classes",
                help="a class is a whole number or a word",
                setting=("dataset", "label_column"),
            )

    def labels(self, path: str, file: ArrowFile) -> Iterator[str | None]:
        """The class of each row in order; None where there is none."""
        names: Sequence[str] | None = file.features.get(self.label, {}).get("names")
        try:
            values = file.values(self.label)
        except BrokenArrowError as error:
            raise DataBroken(
                f"{shown_name(path)} {error}", help="make or download it again"
            ) from error
        for value in values:
            if names and isinstance(value, int):
                # datasets writes -1 where the class is not published.
                yield str(names[value]) if 0 <= value < len(names) else None
            else:
                yield None if value is None else str(value)


def _read(
    files: Mapping[str, ArrowFile], folders: Mapping[str, Path], column: str, where: str
) -> bytes:
    """Raises OSError."""
    name, _, row = where.rpartition(":")
    try:
        value: Any = files[name].value(column, int(row))
    except BrokenArrowError as error:
        raise OSError(str(error).removeprefix("cannot be read: ")) from error
    path = value.get("path") if isinstance(value, dict) else None
    content: bytes | None = value.get("bytes") if isinstance(value, dict) else value
    if content is None and path:
        beside: bytes = (folders[name] / path).read_bytes()
        return beside
    if content is None:
        raise OSError("the row has no image")
    return content
