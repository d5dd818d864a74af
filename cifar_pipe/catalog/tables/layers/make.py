"""The few words in which the layer tables are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cifar_pipe.catalog.core.argument_rules import Rule
from cifar_pipe.catalog.core.entry import Arg, Entry
from cifar_pipe.catalog.core.facts import LayerFacts
from cifar_pipe.catalog.core.types import (
    Bool,
    NonNegativeInt,
    PositiveInt,
    either,
    list_of,
    optional,
    size,
)
from cifar_pipe.catalog.tables.arguments import LAYER, described

SHAPES: Mapping[int, str] = {1: "[N, C, L]", 2: "[N, C, H, W]", 3: "[N, C, D, H, W]"}
NEW_SIZES: Mapping[int, str] = {1: "L'", 2: "H', W'", 3: "D', H', W'"}
DIMENSIONS = (1, 2, 3)

_NOTHING_KNOWN = LayerFacts()
CHANNELS = Arg(PositiveInt, inferred="channels")
YES = Arg(Bool, default=True)
NO = Arg(Bool, default=False)


def layer(
    name: str,
    summary: str,
    facts: LayerFacts = _NOTHING_KNOWN,
    rule: Rule | None = None,
    /,
    **args: Arg,
) -> Entry:
    """One row of a layer table: a class of torch.nn under its own name."""
    return Entry(
        "layer",
        name,
        summary,
        f"torch.nn:{name}",
        described(args, LAYER),
        f"https://docs.pytorch.org/docs/stable/generated/torch.nn.{name}.html",
        facts,
        rule,
    )


def own(
    name: str,
    where: str,
    summary: str,
    facts: LayerFacts = _NOTHING_KNOWN,
    rule: Rule | None = None,
    /,
    *,
    link: str = "",
    own_args: tuple[str, ...] = (),
    **args: Arg,
) -> Entry:
    """A layer of ours: a class in cifar_pipe.model."""
    address = f"cifar_pipe.model.{where}:{name}"
    return Entry(
        "layer", name, summary, address, described(args, LAYER), link, facts, rule, own_args
    )


def rank(dimensions: int) -> tuple[int]:
    """The dimensions of a layer for 1-D, 2-D or 3-D signals: [N, C, ...] and nothing else."""
    return (dimensions + 2,)


def maybe_size(dimensions: int) -> Any:
    return optional(size(dimensions))


def padding(dimensions: int) -> Any:
    return size(dimensions, NonNegativeInt)


def sizes(item: Any = PositiveInt) -> Any:
    """One value, or a list with one per dimension, however many the input has."""
    return either(item, list_of(item, minimum=1))
