"""What is wrong with a dataset's declaration beyond the type of each argument; without torch."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.images.data_facts import data_facts, dataset_facts
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.errors import DataUnavailable


def problems(dataset: Component) -> Iterator[Problem]:
    """Everything that is wrong with the declaration; the paths begin at the dataset."""
    if missing := missing_package(dataset):
        yield missing
    if dataset.given.get("stand_in") is not None:
        for message, help_ in _of_stand_in(dataset, dataset.get("stand_in")):
            yield Problem(message, ("stand_in",), "data", help_)
    if {"target_shape", "num_classes"} <= set(dataset.given):
        message = "target_shape makes targets of numbers, which have no num_classes"
        yield Problem(message, ("target_shape",), "data", "leave one of the two out")


def missing_package(dataset: Component) -> Problem | None:
    """The problem that the package which the dataset is read with is not installed."""
    needs = dataset_facts(dataset).needs
    if needs is None or find_spec(needs.module):
        return None
    message = f"{dataset.name} needs {needs.name}, which is not installed"
    return Problem(message, (), "data", needs.install)


def check_package(dataset: Component) -> None:
    """Raises DataUnavailable where the package that the dataset is read with is not installed."""
    if missing := missing_package(dataset):
        raise DataUnavailable(missing.message, help=missing.help or ())


def _of_stand_in(dataset: Component, stand_in: Component) -> Iterator[tuple[str, str]]:
    """Each message with its help."""
    if not dataset.get("download"):
        message = "stand_in is for a dataset that is downloaded; download is false here"
        yield message, "write download: true, or leave stand_in out"
    if not dataset_facts(stand_in).generated:
        entries = table_of("dataset").entries.values()
        generated = ", ".join(one.name for one in entries if dataset_facts(one).generated)
        yield f"{stand_in.name} cannot stand in: it is not generated", f"one of {generated} can"
        return
    if missing := missing_package(stand_in):
        yield missing.message, missing.help or ""
    yield from _differences(dataset, stand_in)


def _differences(dataset: Component, stand_in: Component) -> Iterator[tuple[str, str]]:
    """Where a stand-in cannot take the image shape or class count of what it stands in for."""
    wanted, facts = data_facts(dataset), data_facts(stand_in)
    if facts.target_shape is not None:
        message = f"{stand_in.name} with a target_shape has no classes, {dataset.name} has"
        yield message, "leave target_shape out"
        return
    if "image_shape" in stand_in.given and facts.image.shape != wanted.image.shape:
        has = f"{stand_in.name} has images of {_by(facts.image.shape)} here"
        message = f"{has}, {dataset.name} of {_by(wanted.image.shape)}"
        yield message, "leave image_shape out: a stand-in takes the dataset's own"
    takes_count = "num_classes" in stand_in.entry.args and "num_classes" not in stand_in.given
    if not takes_count and facts.num_classes != wanted.num_classes:
        has = f"{stand_in.name} has {facts.num_classes} classes here"
        message = f"{has}, {dataset.name} has {wanted.num_classes}"
        own = "leave num_classes out: it takes the dataset's own"
        yield message, own if "num_classes" in stand_in.given else "use Shapes"


def _by(shape: tuple[int, ...] | None) -> str:
    return "any shape" if shape is None else "x".join(map(str, shape))
