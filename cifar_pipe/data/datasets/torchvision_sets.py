"""Reads the datasets that torchvision can download, through torchvision's own classes."""

from __future__ import annotations

import pickle
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.data_facts import data_facts, dataset_facts
from cifar_pipe.catalog.torch.build import resolve
from cifar_pipe.data.datasets.archives import (
    Archive,
    archives_of,
    missing,
    not_on_disk,
    prepare,
    verify_contents,
)
from cifar_pipe.data.reading import Reading
from cifar_pipe.data.store import Split, Splits
from cifar_pipe.errors import DataBroken, DataUnavailable


def load_torchvision(dataset: Component, reading: Reading) -> Splits:
    """Both splits, downloaded first if need be. Raises as `archives.prepare` does."""
    root = root_of(dataset)
    archives = _archives(dataset)
    _check_installed(dataset)
    prepare(archives, reading, download=dataset.get("download"))
    try:
        by_name = {name: _read(dataset, root, name) for name in ("train", "test")}
    except (
        RuntimeError,
        ValueError,
        AssertionError,
        EOFError,
        KeyError,
        pickle.PickleError,
    ) as error:
        verify_contents(archives)
        raise DataBroken(
            f"the files of {dataset.name} below {root} cannot be read: {error}",
            help="delete them, and they are downloaded or extracted again",
        ) from error
    classes = data_facts(dataset).classes
    assert classes is not None
    return Splits(by_name, classes)


def look_for(dataset: Component) -> None:
    """Raises DataUnavailable where the dataset is not on disk and is not to be downloaded."""
    absent = missing(_archives(dataset))
    if absent and not dataset.get("download"):
        raise not_on_disk(absent[0])


def first_missing(dataset: Component) -> Archive:
    """The first file that would have to be downloaded."""
    return missing(_archives(dataset))[0]


def _archives(dataset: Component) -> list[Archive]:
    part = dataset.get("split") if "split" in dataset.entry.args else None
    return archives_of(resolve(dataset.entry), root_of(dataset), part=part)


def root_of(dataset: Component) -> Path:
    root = Path(dataset.get("root")).expanduser()
    if root.exists() and not root.is_dir():
        raise DataUnavailable(
            f"{root} is a file, not a folder", help="root is the folder that holds the dataset"
        )
    return root


def _check_installed(dataset: Component) -> None:
    needs = dataset_facts(dataset).needs
    if needs and find_spec(needs.module) is None:
        raise DataUnavailable(
            f"{dataset.name} needs {needs.module}, which is not installed",
            help=needs.install,
        )


def _read(dataset: Component, root: Path, name: str) -> Split:
    kind: Any = resolve(dataset.entry)
    with warnings.catch_warnings():
        # NumPy 2.4 warns of the way in which CIFAR's pickles wrote their dtypes.
        warnings.simplefilter("ignore")
        match dataset.name:
            case "SVHN" | "STL10":
                read = kind(root, split=name)
                return _split(name, _nchw(read.data), read.labels)
            case "EMNIST":
                read = kind(root, split=dataset.get("split"), train=name == "train")
            case _:
                read = kind(root, train=name == "train")
    # QMNIST tells of each digit who wrote it and where, too.
    targets = read.targets[:, 0] if dataset.name == "QMNIST" else read.targets
    return _split(name, _images(read.data), targets)


def _split(name: str, images: Tensor, labels: Any) -> Split:
    return Split(name, images, torch.as_tensor(labels, dtype=torch.int64))


def _images(data: Any) -> Tensor:
    """[N, H, W] with one channel, or [N, H, W, 3], as a tensor or an array."""
    array: np.ndarray[Any, Any] = np.asarray(data)
    return _nchw(array[:, None] if array.ndim == 3 else _channels_first(array))


def _channels_first(images_nhwc: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return images_nhwc.transpose(0, 3, 1, 2)


def _nchw(images: np.ndarray[Any, Any]) -> Tensor:
    """A contiguous copy, whatever the strides are."""
    return torch.from_numpy(np.ascontiguousarray(images))
