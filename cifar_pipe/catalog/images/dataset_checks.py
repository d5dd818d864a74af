"""What is wrong with a dataset's declaration beyond the type of each argument; without torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.images.data_facts import data_facts


@dataclass(frozen=True, slots=True)
class Problem:
    """`argument` is the key that it is told at; None means the dataset's name."""

    message: str
    argument: str | None = None
    help: str | None = None


def problems(dataset: Component) -> Iterator[Problem]:
    """Everything that is wrong with the declaration, for findings."""
    yield from _missing_module(dataset)
    if dataset.given.get("stand_in") is not None:
        yield from _stand_in(dataset, dataset.get("stand_in"))
    if {"target_shape", "num_classes"} <= set(dataset.given):
        yield Problem(
            "target_shape makes targets of numbers, which have no num_classes",
            "target_shape",
            "leave one of the two out",
        )


def _missing_module(dataset: Component) -> Iterator[Problem]:
    traits = dataset.entry.traits
    if "module" in traits and find_spec(traits["module"]) is None:
        yield Problem(
            f"{dataset.name} needs {traits['module']}, which is not installed",
            help=traits["install"],
        )


def _stand_in(dataset: Component, stand_in: Component) -> Iterator[Problem]:
    if not dataset.get("download"):
        yield Problem(
            "stand_in is for a dataset that is downloaded; download is false here",
            "stand_in",
            "write download: true, or leave stand_in out",
        )
    if not stand_in.entry.traits["generated"]:
        generated = [e.name for e in table_of("dataset").entries.values() if e.traits["generated"]]
        yield Problem(
            f"{stand_in.name} cannot stand in: it is not generated",
            "stand_in",
            f"one of {', '.join(generated)} can",
        )
        return
    yield from (
        Problem(found.message, "stand_in", found.help) for found in _missing_module(stand_in)
    )
    yield from _misfit(dataset, stand_in)


def _misfit(dataset: Component, stand_in: Component) -> Iterator[Problem]:
    """A stand-in that cannot take the image shape or class count of what it stands in for."""
    wanted, facts = data_facts(dataset), data_facts(stand_in)
    if facts.target_shape is not None:
        yield Problem(
            f"{stand_in.name} with a target_shape has no classes, {dataset.name} has",
            "stand_in",
            "leave target_shape out",
        )
        return
    if "image_shape" in stand_in.given and facts.image.shape != wanted.image.shape:
        yield Problem(
            f"{stand_in.name} has images of {_by(facts.image.shape)} here, "
            f"{dataset.name} of {_by(wanted.image.shape)}",
            "stand_in",
            "leave image_shape out: a stand-in takes the dataset's own",
        )
    takes_count = "num_classes" in stand_in.entry.args and "num_classes" not in stand_in.given
    if not takes_count and facts.num_classes != wanted.num_classes:
        yield Problem(
            f"{stand_in.name} has {facts.num_classes} classes here, "
            f"{dataset.name} has {wanted.num_classes}",
            "stand_in",
            "Shapes takes the dataset's own count",
        )


def _by(shape: tuple[int, ...] | None) -> str:
    return "any shape" if shape is None else "x".join(map(str, shape))
