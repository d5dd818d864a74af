"""WebDataset: images and their classes in tar archives, read by the offset of each.

A sample is what has one name up to its first dot: 000017.jpg and 000017.cls,
https://github.com/webdataset/webdataset.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.data.datasets.folders.image_search import identity, shown_name
from cifar_pipe.data.datasets.image_set import ImageSet
from cifar_pipe.data.datasets.labelled.labels import Collector
from cifar_pipe.data.datasets.labelled.shards import find_shards
from cifar_pipe.data.datasets.labelled.tar_index import BrokenTarError, Member, members
from cifar_pipe.data.image_files.formats import suffixes
from cifar_pipe.errors import DataBroken

_LARGEST_LABEL = 1 << 20  # bytes
_MOST_SAMPLES = 10_000_000
_WITHOUT_TEST = "add an archive whose name begins with test or val"


class Sample(NamedTuple):
    """`images` are the members that are images, `label` is what the archive says of the class."""

    key: str
    images: tuple[Member, ...]
    label: bytes | None


class _Place(NamedTuple):
    archive: str
    offset: int
    size: int


def find_tars(dataset: Component) -> ImageSet:
    """Raises DataUnavailable where there are no archives, and DataBroken for those that cannot be read by
    offset, or with all samples that have not one image and one class.
    """
    root = Path(dataset.get("root")).expanduser()
    shards = find_shards(root, ".tar", drawn=dataset.get("test_split") is not None)
    key, field = dataset.get("label_key"), dataset.get("json_field")
    collector = Collector("samples", "root", dataset.get("labels"))
    places: dict[str, _Place] = {}
    identities = {}
    for path, split in shards:
        archive = os.path.relpath(path, root) if path != os.fspath(root) else Path(path).name
        inode = identity(path)
        for sample in _samples(path, key):
            where = f"{shown_name(archive)}:{shown_name(sample.key)}"
            if sample.label is None or len(sample.images) != 1:
                collector.refuse(where, *_lacking(sample, key))
                continue
            [image] = sample.images
            name = f"{archive}:{image.name}"
            if name in places:
                collector.refuse(where, "appears twice", "give each sample a key of its own")
                continue
            try:
                label = _label(sample.label, field)
            except _LabelError as error:
                collector.refuse(where, str(error))
                continue
            places[name] = _Place(path, image.offset, image.size)
            # As that of files: of links to one archive the same.
            identities[name] = inode << 64 | image.offset
            collector.add(name, label, split, where)
            if len(places) > _MOST_SAMPLES:
                raise DataBroken(f"there are more than {_MOST_SAMPLES:,} samples")
    return collector.image_set(
        root,
        identities,
        without_test=_WITHOUT_TEST,
        content=lambda name: _read(places[name]),
        beside=[path for path, _ in shards],
    )


def _samples(path: str, key: str) -> tuple[Sample, ...]:
    try:
        status = os.stat(path)  # noqa: PTH116
        return _indexed(path, key, status.st_size, status.st_mtime_ns)
    except BrokenTarError as error:
        raise DataBroken(f"{shown_name(path)} {error}", help=_MEND) from error
    except OSError as error:
        raise DataBroken(f"{shown_name(path)} cannot be read: {error.strerror}") from error


_MEND = "make it again as a tar archive that is not compressed"


# A run asks for the data several times: what there is, whether it has changed, and for the images.
@lru_cache(maxsize=4096)
def _indexed(path: str, key: str, size: int, changed: int) -> tuple[Sample, ...]:
    """The samples of the archive as it was at that time, in order."""
    del size, changed
    return tuple(_grouped(path, key))


def _grouped(path: str, key: str) -> Iterator[Sample]:
    image_keys = tuple(suffix[1:] for suffix in suffixes())
    for name, parts in groupby(members(path), key=lambda one: _split(one.name)[0]):
        label, images = None, []
        for part in parts:
            _, ending = _split(part.name)
            if ending == key:
                label = _read(_Place(path, part.offset, min(part.size, _LARGEST_LABEL + 1)))
            elif ending in image_keys:
                images.append(part)
        if images or label is not None:
            yield Sample(name, tuple(images), label)


def _split(name: str) -> tuple[str, str]:
    """The key of a sample, and that of the member in it: of `a/b.seg.png` `a/b` and `seg.png`."""
    folder, slash, file = name.rpartition("/")
    stem, _, ending = file.partition(".")
    return folder + slash + stem, ending.lower()


def _lacking(sample: Sample, key: str) -> tuple[str, str]:
    if sample.label is None:
        return f"has no .{key}", "label_key names the member with the class: cls, txt, json"
    if not sample.images:
        return "has no image", "each sample needs one image: KEY.jpg, KEY.png"
    names = " and ".join(shown_name(one.name.rpartition("/")[2]) for one in sample.images[:2])
    return f"has several images: {names}", "each sample has one image and one class"


class _LabelError(Exception):
    pass


def _label(content: bytes, field: str | None) -> str:
    """Raises _LabelError, in words that go on after the name of the sample."""
    if len(content) > _LARGEST_LABEL:
        raise _LabelError(f"has a label of more than {_LARGEST_LABEL:,} bytes")
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise _LabelError("has a label that is not UTF-8") from None
    if field is None:
        return text
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise _LabelError("has a label that is not JSON") from None
    if not isinstance(value, dict) or not isinstance(value.get(field), str | int):
        raise _LabelError(f"has JSON without a word or number `{field}`")
    return str(value[field])


def _read(place: _Place) -> bytes:
    """Raises OSError."""
    with open(place.archive, "rb") as file:  # noqa: PTH123 - Path.open takes three times as long
        file.seek(place.offset)
        return file.read(place.size)
