"""What is known of a network before it is built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.ids import INPUT
from cifar_pipe.diagnostics.problem import Problem, ProblemError

Shape = tuple[int, ...]
"""Of one image, without N."""


def words(shape: Iterable[int]) -> str:
    """`[N, 16, 5, 5]` for the shape `(16, 5, 5)` of one image."""
    return f"[{', '.join(['N', *map(str, shape)])}]"


def layer_error(
    message: str,
    argument: str | None = None,
    help: str | None = None,  # noqa: A002
    code: str = "shape",
) -> ProblemError:
    """The error of one layer, at its `argument` if a single one is the cause.

    `code` is `shape` where the layer does not fit what it is given, and another where it cannot be
    as it is written, whatever is above it.
    """
    return ProblemError(Problem(message, (argument,) if argument else (), code=code, help=help))


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One line of the layer table.

    `output_shape` is one image's, without N. `parameters` counts numbers, `trainable` those of them
    that training changes; `multiply_adds` counts those of convolutions and matrix products in one
    image's forward pass. `inside` are the rows of a layer that holds layers; they are counted in its own.
    `inputs` are the names of the layers of its list that it takes, INPUT for what the list is given.
    """

    name: str
    type: str
    output_shape: Shape
    parameters: int
    trainable: int
    multiply_adds: int
    inside: tuple[LayerRow, ...] = ()
    inputs: tuple[str, ...] = (INPUT,)


@dataclass(frozen=True, slots=True)
class Weight:
    """One parameter: how it begins where it is not as PyTorch's module begins.

    `by_type` is true where that is written for all layers of the type, and not at the layer.
    """

    shape: Shape
    trainable: bool = True
    initializer: Component | None = None
    by_type: bool = False


class Measured(NamedTuple):
    """What a layer makes of one image.

    `shape` is its output's, without N. `weights` are the shapes of its own parameters by name, as its
    module calls them, in their order.
    """

    shape: Shape
    weights: Mapping[str, Shape]
    multiply_adds: int = 0


@dataclass(frozen=True, slots=True)
class PlacedLayer:
    """A layer in its list, before anything is known of it.

    `inputs` are the names of the layers that it takes, INPUT for what the list is given; `shapes`
    are their outputs'. `above` are the layers above it by name.
    """

    layer: Component
    name: str
    inputs: tuple[str, ...]
    shapes: Sequence[Shape]
    above: Mapping[str, Planned]

    @property
    def shape(self) -> Shape:
        """Of its first input."""
        return self.shapes[0]


@dataclass(frozen=True, slots=True)
class Planned:
    """A layer that fits.

    `sizes` are the inferred arguments. `weights` are its own parameters by name, as its module calls
    them. `parts` are the lists inside it; for a Sequential that is repeated "0", "1" and so on.
    """

    layer: Component
    row: LayerRow
    sizes: dict[str, Any] = field(default_factory=dict)
    weights: Mapping[str, Weight] = field(default_factory=dict)
    parts: Mapping[str, tuple[Planned, ...]] = field(default_factory=dict)

    def with_inner(self) -> Iterator[Planned]:
        """The layer, and all layers inside it."""
        yield self
        for part in self.parts.values():
            for one in part:
                yield from one.with_inner()

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def inputs(self) -> tuple[str, ...]:
        return self.row.inputs

    @property
    def shape(self) -> Shape:
        return self.row.output_shape


def weights_of(planned: Iterable[Planned]) -> dict[str, Weight]:
    """The parameters of a list of layers under the names and in the order that they have in its module."""
    return {f"{one.name}.{name}": weight for one in planned for name, weight in one.weights.items()}
