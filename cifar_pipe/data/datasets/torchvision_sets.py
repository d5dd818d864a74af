"""Reads the datasets that torchvision can download, through torchvision's own classes."""

from __future__ import annotations

import pickle
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.data_facts import data_facts
from cifar_pipe.catalog.images.dataset_checks import check_package
from cifar_pipe.catalog.torch.build import resolve
from cifar_pipe.context import Context
from cifar_pipe.data.datasets.archives import (
    Archive,
    archives_of,
    missing,
    not_on_disk,
    prepare,
    verify_contents,
)
from cifar_pipe.data.store import Split, Splits
from cifar_pipe.errors import DataBroken, DataUnavailable

# Their classes take split="train" and have NCHW images and `labels`; the others take train=True.
_BY_SPLIT = ("SVHN", "STL10")


def load_torchvision(dataset: Component, context: Context) -> Splits:
    """Both splits, downloaded first if needed. Raises as `archives.prepare` does."""
    root = root_of(dataset)
    archives = _archives(dataset)
    check_package(dataset)
    prepare(archives, context, download=dataset.get("download"))
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


def check_available(dataset: Component) -> None:
    """Raises DataUnavailable where the dataset is not on disk and `download` is false."""
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


def _read(dataset: Component, root: Path, name: str) -> Split:
    by_split = dataset.name in _BY_SPLIT
    chosen = {"split": name} if by_split else {"train": name == "train"}
    if dataset.name == "EMNIST":
        chosen["split"] = dataset.get("split")
    with warnings.catch_warnings():
        # NumPy 2.4 warns of how CIFAR's pickles wrote their dtypes.
        warnings.simplefilter("ignore")
        read = resolve(dataset.entry)(root, **chosen)
    targets = read.labels if by_split else read.targets
    # QMNIST has for each digit who wrote it and where, too.
    labels = torch.as_tensor(targets[:, 0] if dataset.name == "QMNIST" else targets)
    return Split(name, _nchw(read.data, channels_first=by_split), labels.to(torch.int64))


def _nchw(data: Any, *, channels_first: bool) -> Tensor:
    """A contiguous copy of [N, H, W] with one channel, [N, H, W, 3] or [N, 3, H, W]."""
    images: np.ndarray[Any, Any] = np.asarray(data)
    if images.ndim == 3:
        images = images[:, None]
    elif not channels_first:
        images = images.transpose(0, 3, 1, 2)
    return torch.from_numpy(np.ascontiguousarray(images))
