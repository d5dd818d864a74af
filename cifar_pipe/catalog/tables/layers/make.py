"""The few words in which the layer tables are written.

Traits of a layer:

- `dimensions`: the numbers of dimensions, with the batch, that it takes without surprises; absent
  where it takes any. `[C, H, W]` without the batch is never meant here, though PyTorch takes it.
- `after_flatten`: it works on [N, F], and on an image only along its last dimension: a Flatten is
  probably missing above it.
- `fixed`: arguments that the builder always passes.
- `network`: a whole network with its own stem and head; see `catalog/networks.py`.
- `joins`: it takes the outputs of several layers, which `input` names.
- `lists`: the arguments that hold lists of layers, each with a scope of ids of its own.
- `shares`: it has no parameters of its own: the layer that `of` names runs once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cifar_pipe.catalog.core.entry import Arg, Entry
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

CHANNELS = Arg(PositiveInt, inferred="channels")
YES = Arg(Bool, default=True)
NO = Arg(Bool, default=False)


def layer(
    name: str, summary: str, /, *, traits: Mapping[str, Any] | None = None, **args: Arg
) -> Entry:
    """One row of a layer table: a class of torch.nn under its own name."""
    return Entry(
        "layer",
        name,
        summary,
        f"torch.nn:{name}",
        described(args, LAYER),
        f"https://docs.pytorch.org/docs/stable/generated/torch.nn.{name}.html",
        traits or {},
    )


def own(
    name: str,
    where: str,
    summary: str,
    /,
    *,
    traits: Mapping[str, Any] | None = None,
    link: str = "",
    **args: Arg,
) -> Entry:
    """A layer of ours: a class in cifar_pipe.model."""
    address = f"cifar_pipe.model.{where}:{name}"
    return Entry("layer", name, summary, address, described(args, LAYER), link, traits or {})


def rank(dimensions: int) -> dict[str, Any]:
    """The trait of a layer for 1-D, 2-D or 3-D signals: [N, C, ...] and nothing else."""
    return {"dimensions": (dimensions + 2,)}


def maybe_size(dimensions: int) -> Any:
    return optional(size(dimensions))


def padding(dimensions: int) -> Any:
    return size(dimensions, NonNegativeInt)


def sizes(item: Any = PositiveInt) -> Any:
    """One value, or a list with one a dimension, however many the input has."""
    return either(item, list_of(item, minimum=1))
