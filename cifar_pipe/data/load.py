"""From the settings of load_data to Data: reads, uses a stand-in if needed, splits, checks."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.class_naming import renamed
from cifar_pipe.catalog.images.data_facts import data_facts, dataset_facts
from cifar_pipe.catalog.torch.build import resolve
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Batching, Data
from cifar_pipe.data.checks import check_class_names, check_sizes
from cifar_pipe.data.datasets.download import NoConnection
from cifar_pipe.data.datasets.folder import load_folder
from cifar_pipe.data.datasets.stand_in import load_stand_in
from cifar_pipe.data.datasets.torchvision_sets import first_missing, load_torchvision, root_of
from cifar_pipe.data.image_files.memory import Memory
from cifar_pipe.data.settings import DataSettings
from cifar_pipe.data.store import Splits, divided, random_split
from cifar_pipe.errors import DataUnavailable

_ORDER = ("train", "val", "test")


def load(settings: DataSettings, context: Context) -> Data:
    """The data that the stage declares, ready to be batched.

    Raises DataUnavailable where it is not on disk and not available for download, and DataBroken
    where it is there and cannot be used. Warns where a stand-in is used.
    """
    splits, source = _read(settings, context)
    classes = splits.classes
    if not source["stand_in"]:
        check_class_names(settings, classes)
        classes = renamed(classes, settings.classes)
    fold, share = settings.fold, settings.validation_split
    # Those of files were drawn before its images were decoded.
    drawn = (
        dataset_facts(settings.dataset).generated or dataset_facts(settings.dataset).downloadable
    )
    if fold is not None:
        if drawn:
            train, test = divided(splits.by_name["train"], fold, seed=context.seed)
            splits = replace(splits, by_name={**splits.by_name, "train": train, "test": test})
        source["fold"] = {"number": fold.number, "of": fold.of}
    if share is not None and drawn:
        whole = splits.by_name["train"]
        train, val = random_split(whole, share, seed=context.seed, held_out_as="val")
        splits = replace(splits, by_name={**splits.by_name, "train": train, "val": val})
    check_sizes(settings, splits)
    batching = Batching(
        settings.transforms,
        settings.batch_size,
        settings.shuffle,
        settings.drop_last,
        settings.sampler,
    )
    ordered = {name: splits.by_name[name] for name in _ORDER if name in splits.by_name}
    return Data(
        ordered,
        classes=classes,
        batching=batching,
        baked=splits.baked,
        source=source,
        settings=settings,
        residency=context.residency,
    )


def _read(settings: DataSettings, context: Context) -> tuple[Splits, dict[str, Any]]:
    """Also what goes into run.json: the dataset's name, and whether it stands in for another."""
    dataset = settings.dataset
    source = {"dataset": dataset.name, "stand_in": False}
    facts = dataset_facts(dataset)
    if facts.generated:
        _check_memory(dataset)
        return resolve(dataset.entry)(dataset, context), source
    if not facts.downloadable:
        return load_folder(settings, context), source
    try:
        return load_torchvision(dataset, context), source
    except NoConnection as reason:
        stand_in = dataset.get("stand_in")
        if stand_in is None or not context.stand_in_allowed:
            raise _not_available(dataset, reason) from reason
        context.events.warn(
            f"NOT {dataset.name}: no connection to download it ({reason}); the stand-in "
            f"{stand_in.name} is used. The numbers below say nothing about {dataset.name}."
        )
        source = {"dataset": stand_in.name, "stand_in": True, "stand_in_for": dataset.name}
        return load_stand_in(dataset, context), source


def _check_memory(dataset: Component) -> None:
    """Raises DataBroken where the images are not drawn, as memory cannot hold them."""
    facts = data_facts(dataset)
    shape, count = facts.image.shape, (facts.train or 0) + (facts.test or 0)
    if shape is not None:
        each = prod(shape) * (4 if facts.image.dtype == "float32" else 1)
        images = f"{count:,} images of {' x '.join(map(str, shape))}"
        Memory("write fewer or smaller images").take(count * each, images)


def _not_available(dataset: Component, reason: NoConnection) -> DataUnavailable:
    archive, stand_in = first_missing(dataset), dataset.get("stand_in")
    by_hand = f"connect and run again, or put {archive.path} there by hand, from {archive.urls[0]}"
    instead = "to run on generated images meanwhile, add stand_in: Shapes to the dataset"
    if stand_in is not None:
        instead = f"or run without --no-stand-in, which forbade the declared {stand_in.name}"
    return DataUnavailable(
        f"{dataset.name} is not below {root_of(dataset)}, and there is no connection to download "
        f"it: {reason}",
        help=(by_hand, instead),
    )
