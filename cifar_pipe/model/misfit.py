"""What is said of a layer that does not fit."""

from __future__ import annotations

from collections.abc import Iterable

from cifar_pipe.catalog.component import Component

Shape = tuple[int, ...]


class Misfit(Exception):  # noqa: N818
    """The layer at `index` does not take what the layers above it give.

    `argument` is the one to blame, if it is a single one. `code` is that of the finding: `shape`,
    or `argument` where the layer itself cannot be as it is written, whatever stands above it.
    """

    def __init__(
        self,
        index: int,
        message: str,
        *,
        argument: str | None = None,
        notes: tuple[str, ...] = (),
        help: str | None = None,  # noqa: A002
        code: str = "shape",
    ) -> None:
        super().__init__(message)
        self.index = index
        self.message = message
        self.argument = argument
        self.notes = notes
        self.help = help
        self.code = code


def words(shape: Iterable[int]) -> str:
    """`[N, 16, 5, 5]` for the shape `(16, 5, 5)` of one image."""
    return f"[{', '.join(['N', *map(str, shape)])}]"


def origin(layers: list[Component] | tuple[Component, ...], shapes: list[Shape]) -> str:
    """Where the last of `shapes` comes from; shapes[0] is the input, shapes[i] what layer i-1 gives."""
    if len(shapes) == 1:
        return f"the input is {words(shapes[0])}"
    above = layers[len(shapes) - 2].name
    return f"the layer above gives {words(shapes[-1])}: {above} of {words(shapes[-2])}"
