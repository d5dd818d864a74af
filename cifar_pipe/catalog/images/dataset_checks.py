"""What is wrong with a dataset's declaration beyond the type of each argument; without torch."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.images.data_facts import data_facts, dataset_facts
from cifar_pipe.diagnostics.problem import Problem


def problems(dataset: Component) -> Iterator[Problem]:
    """Everything that is wrong with the declaration; the paths begin at the dataset."""
    yield from _missing_module(dataset)
    if dataset.given.get("stand_in") is not None:
        yield from _stand_in(dataset, dataset.get("stand_in"))
    if {"target_shape", "num_classes"} <= set(dataset.given):
        yield _problem(
            "target_shape makes targets of numbers, which have no num_classes",
            "target_shape",
            "leave one of the two out",
        )


def _problem(message: str, argument: str | None, help_: str) -> Problem:
    return Problem(message, () if argument is None else (argument,), "data", help_)


def _missing_module(dataset: Component, argument: str | None = None) -> Iterator[Problem]:
    needs = dataset_facts(dataset).needs
    if needs and find_spec(needs.module) is None:
        yield _problem(
            f"{dataset.name} needs {needs.module}, which is not installed", argument, needs.install
        )


def _stand_in(dataset: Component, stand_in: Component) -> Iterator[Problem]:
    if not dataset.get("download"):
        yield _problem(
            "stand_in is for a dataset that is downloaded; download is false here",
            "stand_in",
            "write download: true, or leave stand_in out",
        )
    if not dataset_facts(stand_in).generated:
        entries = table_of("dataset").entries.values()
        generated = [one.name for one in entries if dataset_facts(one).generated]
        yield _problem(
            f"{stand_in.name} cannot stand in: it is not generated",
            "stand_in",
            f"one of {', '.join(generated)} can",
        )
        return
    yield from _missing_module(stand_in, "stand_in")
    yield from _mismatch(dataset, stand_in)


def _mismatch(dataset: Component, stand_in: Component) -> Iterator[Problem]:
    """A stand-in that cannot take the image shape or class count of what it stands in for."""
    wanted, facts = data_facts(dataset), data_facts(stand_in)
    if facts.target_shape is not None:
        yield _problem(
            f"{stand_in.name} with a target_shape has no classes, {dataset.name} has",
            "stand_in",
            "leave target_shape out",
        )
        return
    if "image_shape" in stand_in.given and facts.image.shape != wanted.image.shape:
        yield _problem(
            f"{stand_in.name} has images of {_by(facts.image.shape)} here, "
            f"{dataset.name} of {_by(wanted.image.shape)}",
            "stand_in",
            "leave image_shape out: a stand-in takes the dataset's own",
        )
    takes_count = "num_classes" in stand_in.entry.args and "num_classes" not in stand_in.given
    if not takes_count and facts.num_classes != wanted.num_classes:
        yield _problem(
            f"{stand_in.name} has {facts.num_classes} classes here, "
            f"{dataset.name} has {wanted.num_classes}",
            "stand_in",
            "Shapes takes the dataset's own count",
        )


def _by(shape: tuple[int, ...] | None) -> str:
    return "any shape" if shape is None else "x".join(map(str, shape))
