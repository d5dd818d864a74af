"""Flowers102, whose lists are files of MATLAB's."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from typing import Any

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.dataset_checks import check_package
from cifar_pipe.data.datasets.download import md5_of
from cifar_pipe.data.datasets.folders.image_search import identity, shown_name
from cifar_pipe.data.datasets.image_set import ImageSet
from cifar_pipe.data.datasets.labelled.labels import Collector
from cifar_pipe.data.datasets.labelled.listed import UNPACK_AGAIN, not_unpacked
from cifar_pipe.errors import DataBroken

_SPLITS = {"train": "trnid", "val": "valid", "test": "tstid"}


def find_flowers(dataset: Component) -> ImageSet:
    """Raises DataUnavailable where the set was not unpacked below `root`, and DataBroken with all images that
    are not there, and for a list with another md5 than the published one.
    """
    from torchvision.datasets import Flowers102  # noqa: PLC0415 (its import takes a second)

    check_package(dataset)
    folder = Path(dataset.get("root")).expanduser() / "flowers-102"
    lists = {}
    for name in ("label", "setid"):
        file, md5 = Flowers102._file_dict[name]  # noqa: SLF001 - nowhere else are they told
        lists[folder / file] = _read(folder / file, md5)
    labels, numbers = lists.values()
    collector, identities = Collector("lines", "root", Flowers102.classes), {}
    for split, of_split in _SPLITS.items():
        for number in numbers[of_split].ravel():
            path = folder / "jpg" / f"image_{number:05d}.jpg"
            try:
                identities[os.fspath(path)] = identity(path)
            except OSError:
                where = shown_name(path.name)
                collector.refuse(where, "is in the lists and not there", UNPACK_AGAIN)
                continue
            # Both count from 1.
            name = Flowers102.classes[labels["labels"].ravel()[number - 1] - 1]
            collector.add(os.fspath(path), name, split, path.name)
    return collector.image_set(
        folder / "jpg", identities, without_test=UNPACK_AGAIN, beside=[*map(os.fspath, lists)]
    )


def _read(path: Path, md5: str) -> dict[str, Any]:
    """Its arrays. SciPy is given the published file alone: of a damaged one its reader may crash."""
    from scipy.io import loadmat  # noqa: PLC0415 (its users install it)

    if not path.is_file():
        raise not_unpacked("Flowers102", path)
    content = BytesIO(path.read_bytes())
    if (found := md5_of(content)) != md5:
        message = f"{shown_name(path)} is broken: its md5 is {found}, not {md5}"
        raise DataBroken(message, help=UNPACK_AGAIN)
    arrays: dict[str, Any] = loadmat(content)
    return arrays
