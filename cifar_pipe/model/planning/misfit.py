"""What is said of a layer that does not fit."""

from __future__ import annotations

from cifar_pipe.catalog.core.component import Component


class Misfit(Exception):  # noqa: N818
    """A layer does not take what it is given.

    `path` leads to it: its index, or through lists in layers: (3, "layers", 1). `argument` is the
    one to blame, if it is a single one. `code` is that of the finding: `shape`, or `argument` where
    the layer itself cannot be as it is written, whatever stands above it.
    """

    def __init__(
        self,
        path: tuple[int | str, ...],
        layer: Component,
        message: str,
        *,
        argument: str | None = None,
        notes: tuple[str, ...] = (),
        help: str | None = None,  # noqa: A002
        code: str = "shape",
    ) -> None:
        super().__init__(message)
        self.path = path
        self.layer = layer
        self.message = message
        self.argument = argument
        self.notes = notes
        self.help = help
        self.code = code

    @property
    def index(self) -> int:
        """Of the layer in the outermost list that is, or holds, the one that does not fit."""
        index = self.path[0]
        assert isinstance(index, int)
        return index

    def below(self, *steps: int | str) -> Misfit:
        """The same, told from further out."""
        self.path = (*steps, *self.path)
        return self


class TypeMisfit(Misfit):
    """What is said of all layers of a type fits none of them, or not all that it is for.

    `keys` lead to it in `initialize` of the network: the type, and the parameter if one is named.
    """

    def __init__(
        self, index: int, layer: Component, keys: tuple[str, ...], message: str, advice: str | None
    ) -> None:
        super().__init__((index,), layer, message, help=advice, code="value")
        self.keys = keys
