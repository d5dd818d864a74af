"""Sizes that a layer takes from what is above it: filled in where left out, compared where written."""

from __future__ import annotations

from typing import Any

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.model.planning.planned import Shape, words


class WrongSize(Exception):  # noqa: N818
    """The written size is not the one that the layer is given, or none can be inferred."""

    def __init__(self, message: str, argument: str, help: str) -> None:  # noqa: A002
        super().__init__(message)
        self.message = message
        self.argument = argument
        self.help = help


def inferred_sizes(layer: Component, shape: Shape) -> dict[str, Any]:
    """The arguments to build `layer` with beside those written; `shape` is one image's, without N.

    Raises WrongSize.
    """
    found: dict[str, Any] = {}
    for name, arg in layer.entry.args.items():
        if arg.inferred is None:
            continue
        written = layer.given.get(name)
        if arg.inferred == "shape":
            found[name] = _whole(layer, name, written, shape)
        else:
            found[name] = _one(layer, name, written, shape[0 if arg.inferred == "channels" else -1])
    return found


def _one(layer: Component, name: str, written: int | None, takes: int) -> int:
    if written is not None and written != takes:
        raise WrongSize(
            f"{layer.name} takes {name} {takes} here, not {written}", name, _leave_out(name)
        )
    return takes


def _whole(layer: Component, name: str, written: Any, shape: Shape) -> tuple[int, ...]:
    """The last dimensions to work over together: with height and width there is a choice."""
    if written is None:
        if len(shape) > 2:
            raise WrongSize(
                f"{layer.name} on {words(shape)} has a choice of dimensions: {name} must say which",
                name,
                f"{name}: {list(shape)} works over the whole image, {shape[-1]} over each row",
            )
        return shape[-1:]
    sizes = (written,) if isinstance(written, int) else tuple(written)
    if sizes != shape[-len(sizes) :]:
        takes = shape[-len(sizes) :]
        shown = takes[0] if isinstance(written, int) else list(takes)
        advice = _leave_out(name) if len(shape) <= 2 else f"write {name}: {shown}"
        raise WrongSize(f"{layer.name} takes {name} {shown} here, not {written}", name, advice)
    return sizes


def _leave_out(name: str) -> str:
    return f"leave {name} out, it is inferred"
