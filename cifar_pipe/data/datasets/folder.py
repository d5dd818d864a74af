"""ImageFolder: each image decoded once, with what its transforms begin with done to it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.transform_flow import of_split
from cifar_pipe.data.datasets.decode import Prefix, decode_file, decode_files
from cifar_pipe.data.datasets.tree import Tree, look
from cifar_pipe.data.division import draw
from cifar_pipe.data.reading import Reading
from cifar_pipe.data.store import Split, Splits
from cifar_pipe.data.transforms.transforms import baked_count, fixed_prefix
from cifar_pipe.errors import DataBroken
from cifar_pipe.stages.load_data.spec import LoadData


@dataclass(frozen=True)
class Folder:
    """`baked` says for each split how many of its transforms the images have behind them."""

    splits: Splits
    baked: Mapping[str, int]


def load_folder(spec: LoadData, reading: Reading) -> Folder:
    """Raises as `tree.look` does, and DataBroken for a file that is no image or not of the
    declared `image_shape`, and for images that memory cannot hold.
    """
    tree = divide(look(spec.dataset), spec, seed=reading.seed)
    by_name, baked = {}, {}
    for name, files in tree.files.items():
        prefix, count = _prefix(spec, name, files[0])
        images = _decode(spec.dataset, name, files, prefix, reading)
        if isinstance(images, list) and not count:
            prefix, count = _whole_prefix(spec, name)
            images = _alike([prefix(image) for image in images] if prefix else images)
        labels = torch.tensor(tree.labels[name], dtype=torch.int64)
        by_name[name] = Split(name, images, labels, tuple(files))
        baked[name] = count
    return Folder(Splits(by_name, tree.classes), baked)


def divide(tree: Tree, spec: LoadData, *, seed: int) -> Tree:
    """The tree with the splits that are drawn from the seed: test, where the folder has none of
    its own, and val, where the pipeline wants one.
    """
    if "all" in tree.files:
        tree = _drawn(tree, "all", spec.dataset.get("test_split"), seed=seed, aside="test")
    if spec.validation_split is None:
        return tree
    if "val" in tree.files:
        raise DataBroken(
            f"validation_split is given, and {tree.root} has a val/ of its own",
            help="leave validation_split out",
        )
    return _drawn(tree, "train", spec.validation_split, seed=seed, aside="val")


def _drawn(tree: Tree, whole: str, share: float, *, seed: int, aside: str) -> Tree:
    kept, taken = draw(len(tree.files[whole]), share, seed=seed, aside=aside)
    files = {name: paths for name, paths in tree.files.items() if name != whole}
    labels = {name: numbers for name, numbers in tree.labels.items() if name != whole}
    for name, chosen in (("train", kept), (aside, taken)):
        files[name] = [tree.files[whole][index] for index in chosen]
        labels[name] = [tree.labels[whole][index] for index in chosen]
    return replace(tree, files=files, labels=labels)


def _whole_prefix(spec: LoadData, split: str) -> tuple[Prefix | None, int]:
    transforms = of_split(spec.transforms, split, training=split == "train")
    return fixed_prefix(transforms)[0], baked_count(transforms)


def _prefix(spec: LoadData, split: str, first: str) -> tuple[Prefix | None, int]:
    """What is done to each image as it is decoded: nothing, where it makes images larger; that
    is done batch by batch, so that the store stays small.
    """
    prefix, count = _whole_prefix(spec, split)
    image = decode_file(first)
    if prefix is None or prefix(image).numel() > image.numel():
        return None, 0
    return prefix, count


def _decode(
    dataset: Component, name: str, files: list[str], prefix: Prefix | None, reading: Reading
) -> Tensor | list[Tensor]:
    _check_room(files, decode_file(files[0], prefix).numel())
    declared = dataset.get("image_shape")
    return decode_files(
        files,
        prefix,
        reading,
        label=f"decode {name}",
        expected=tuple(declared) if declared is not None else None,
    )


def _alike(images: list[Tensor]) -> Tensor | list[Tensor]:
    """One tensor where the sizes have become the same."""
    return torch.stack(images) if len({image.shape for image in images}) == 1 else images


def _check_room(files: list[str], bytes_each: int) -> None:
    if not hasattr(os, "sysconf"):
        return
    room = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    need = len(files) * bytes_each
    if need > room:
        raise DataBroken(
            f"{len(files):,} images such as {files[0]} need {need / 1e9:.0f} GB of memory, "
            f"and there are {room / 1e9:.0f} GB",
            help="begin the transforms with a Resize and a CenterCrop: they are done as the "
            "images are read",
        )
