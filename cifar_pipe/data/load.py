"""From the declaration of load_data to Data: reads, stands in if need be, divides, checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.data_facts import dataset_facts
from cifar_pipe.data.batches import Data
from cifar_pipe.data.checks import check_classes, check_sizes
from cifar_pipe.data.datasets.download import NoConnection
from cifar_pipe.data.datasets.folder import load_folder
from cifar_pipe.data.datasets.generated import generate
from cifar_pipe.data.datasets.stand_in import read_stand_in
from cifar_pipe.data.datasets.torchvision_sets import first_missing, load_torchvision, root_of
from cifar_pipe.data.division import set_aside
from cifar_pipe.data.reading import Reading, never
from cifar_pipe.data.store import Splits
from cifar_pipe.errors import DataUnavailable
from cifar_pipe.events import Events
from cifar_pipe.stages.load_data.spec import LoadData

_ORDER = ("train", "val", "test")


@dataclass(frozen=True)
class _Read:
    """`source` goes into run.json: the dataset's name, and whether it stands in for another."""

    splits: Splits
    source: Mapping[str, Any]
    baked: Mapping[str, int]


def load(
    spec: LoadData,
    *,
    seed: int,
    stand_in_allowed: bool,
    events: Events,
    check_signal: Callable[[], None] = never,
) -> Data:
    """The data that the stage declares, ready to be batched.

    Raises DataUnavailable where it is not on disk and cannot be had, and DataBroken where it is
    there and cannot be used. Warns where a stand-in is used.
    """
    reading = Reading(seed, events, check_signal)
    read = _read(spec, reading, stand_in_allowed=stand_in_allowed)
    stands_in = bool(read.source["stand_in"])
    check_classes(spec, read.splits, stands_in=stands_in)
    splits = _with_validation(spec, read.splits, seed=seed)
    check_sizes(spec, splits, read.baked)
    return Data(
        {name: splits.by_name[name] for name in _ORDER if name in splits.by_name},
        classes=splits.classes if stands_in else spec.classes or splits.classes,
        transforms=spec.transforms,
        batch_size=spec.batch_size,
        shuffle=spec.shuffle,
        drop_last=spec.drop_last,
        baked=read.baked,
        source=read.source,
    )


def _read(spec: LoadData, reading: Reading, *, stand_in_allowed: bool) -> _Read:
    dataset = spec.dataset
    facts = dataset_facts(dataset)
    source = {"dataset": dataset.name, "stand_in": False}
    if facts.generated:
        return _Read(generate(dataset, reading), source, {})
    if not facts.downloadable:
        folder = load_folder(spec, reading)
        return _Read(folder.splits, source, folder.baked)
    try:
        return _Read(load_torchvision(dataset, reading), source, {})
    except NoConnection as reason:
        if dataset.get("stand_in") is None or not stand_in_allowed:
            raise _not_to_be_had(dataset, reason) from reason
        return _stand_in(dataset, reading, reason)


def _stand_in(dataset: Component, reading: Reading, reason: NoConnection) -> _Read:
    name = dataset.get("stand_in").name
    reading.events.warn(
        f"NOT {dataset.name}: no connection to download it ({reason}); the stand-in {name} is "
        f"used. The numbers below say nothing about {dataset.name}."
    )
    source = {"dataset": name, "stand_in": True, "stand_in_for": dataset.name}
    return _Read(read_stand_in(dataset, reading), source, {})


def _not_to_be_had(dataset: Component, reason: NoConnection) -> DataUnavailable:
    archive = first_missing(dataset)
    stand_in = dataset.get("stand_in")
    return DataUnavailable(
        f"{dataset.name} is not below {root_of(dataset)}, and there is no connection to download "
        f"it: {reason}",
        help=(
            f"connect and run again, or put {archive.path} there by hand, from {archive.urls[0]}",
            "to run on generated images meanwhile, add stand_in: Shapes to the dataset"
            if stand_in is None
            else f"or run without --no-stand-in, which forbade the declared {stand_in.name}",
        ),
    )


def _with_validation(spec: LoadData, splits: Splits, *, seed: int) -> Splits:
    """A folder's validation split was drawn before its images were decoded."""
    if spec.validation_split is None or "val" in splits.by_name:
        return splits
    train, val = set_aside(splits.by_name["train"], spec.validation_split, seed=seed, aside="val")
    return Splits({**splits.by_name, "train": train, "val": val}, splits.classes)
