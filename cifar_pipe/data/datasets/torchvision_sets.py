"""Reads the datasets that torchvision can download, through torchvision's own classes."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import torch

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.data_facts import data_facts
from cifar_pipe.catalog.images.dataset_checks import check_package
from cifar_pipe.catalog.torch.build import resolve
from cifar_pipe.context import Context
from cifar_pipe.data.datasets import archives
from cifar_pipe.data.datasets.archives import Archive
from cifar_pipe.data.datasets.cifar import read_cifar
from cifar_pipe.data.datasets.misplaced import check_place
from cifar_pipe.data.store import Split, Splits
from cifar_pipe.errors import DataBroken, DataUnavailable

# Their classes take split="train" and have NCHW images and `labels`; the others take train=True.
_BY_SPLIT = ("SVHN", "STL10")
_PICKLED = ("CIFAR10", "CIFAR100")
# What they raise for files that they cannot read.
_UNREADABLE = (RuntimeError, ValueError, AssertionError, EOFError, LookupError, pickle.PickleError)


def load_torchvision(dataset: Component, context: Context) -> Splits:
    """Both splits, downloaded first if needed. Raises as `archives.prepare` does."""
    root, files = root_of(dataset), _archives(dataset)
    check_package(dataset)
    check_place(files, root, dataset.name)
    archives.prepare(files, context, download=dataset.get("download"))
    try:
        by_name = {name: _read(dataset, root, name) for name in ("train", "test")}
    except _UNREADABLE as error:
        archives.verify_contents(files)
        raise DataBroken(
            f"the files of {dataset.name} below {root} cannot be read: {error}",
            help="delete them, and they are downloaded or extracted again",
        ) from error
    classes = data_facts(dataset).classes
    assert classes is not None
    return Splits(by_name, classes)


def check_available(dataset: Component) -> None:
    """Raises DataUnavailable where the dataset is not on disk and `download` is false, or where it
    is there, and not where `root` says.
    """
    files = _archives(dataset)
    check_place(files, root_of(dataset), dataset.name)
    absent = archives.missing(files)
    if absent and not dataset.get("download"):
        raise archives.not_on_disk(absent[0])


def check_contents(dataset: Component) -> None:
    """Raises DataBroken for a file on disk with another md5 than the published one."""
    for archive in _archives(dataset):
        if archive.ready():
            archives.verify_contents([archive])
        elif archive.path.is_file():
            archives.verify(archive.path, archive.md5)


def files_of(dataset: Component) -> list[str] | None:
    """The paths of all files that it is read from, packed or not; None where some are not there."""
    files = _archives(dataset)
    if archives.missing(files):
        return None
    return [
        str(path)
        for archive in files
        for path in (archive.contents if archive.ready() else [archive.path])
    ]


def first_missing(dataset: Component) -> Archive:
    """The first file that would have to be downloaded."""
    return archives.missing(_archives(dataset))[0]


def _archives(dataset: Component) -> list[Archive]:
    part = dataset.get("split") if "split" in dataset.entry.args else None
    return archives.archives_of(resolve(dataset.entry), root_of(dataset), part=part)


def root_of(dataset: Component) -> Path:
    root = Path(dataset.get("root")).expanduser()
    if root.exists() and not root.is_dir():
        raise DataUnavailable(
            f"{root} is a file, not a folder", help="root is the folder that holds the dataset"
        )
    return root


def _read(dataset: Component, root: Path, name: str) -> Split:
    by_split = dataset.name in _BY_SPLIT
    if dataset.name in _PICKLED:
        return _split(name, *read_cifar(resolve(dataset.entry), root, train=name == "train"))
    chosen = {"split": name} if by_split else {"train": name == "train"}
    if dataset.name == "EMNIST":
        chosen["split"] = dataset.get("split")
    read = resolve(dataset.entry)(root, **chosen)
    targets = read.labels if by_split else read.targets
    # QMNIST has for each digit who wrote it and where, too.
    labels = targets[:, 0] if dataset.name == "QMNIST" else targets
    # [N, H, W] with one channel, [N, H, W, 3] or [N, 3, H, W].
    images: np.ndarray[Any, Any] = np.asarray(read.data)
    if images.ndim == 3:
        images = images[:, None]
    elif not by_split:
        images = images.transpose(0, 3, 1, 2)
    return _split(name, images, labels)


def _split(name: str, images: np.ndarray[Any, Any], labels: Any) -> Split:
    """Of images `[N, C, H, W]`."""
    contiguous = torch.from_numpy(np.ascontiguousarray(images))
    return Split(name, contiguous, torch.as_tensor(labels).to(torch.int64))
