"""Sizes that a layer takes from what is above it: filled in where left out, compared where written."""

from __future__ import annotations

from typing import Any

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.model.planning.planned import Shape, layer_error, words


def inferred_sizes(layer: Component, shape: Shape) -> dict[str, Any]:
    """The arguments to build `layer` with beside those written.

    Raises ProblemError where a written size is another than the one that the layer is given, or
    where none can be inferred.
    """
    found: dict[str, Any] = {}
    for name, arg in layer.entry.args.items():
        written = layer.given.get(name)
        if arg.inferred == "shape":
            found[name] = _whole(layer, name, written, shape)
        elif arg.inferred is not None:
            takes = found[name] = shape[0 if arg.inferred == "channels" else -1]
            if written not in (None, takes):
                raise _wrong_size(layer, name, takes)
    return found


def _whole(layer: Component, name: str, written: Any, shape: Shape) -> tuple[int, ...]:
    """The last dimensions to work over together: with height and width there is a choice."""
    if written is None:
        if len(shape) > 2:
            choice = f"{layer.name} on {words(shape)} has a choice of dimensions"
            advice = f"{name}: {list(shape)} works over the whole image, {shape[-1]} over each row"
            raise layer_error(f"{choice}: {name} must say which", name, advice)
        return shape[-1:]
    sizes = (written,) if isinstance(written, int) else tuple(written)
    takes = shape[-len(sizes) :]
    if sizes != takes:
        shown = takes[0] if isinstance(written, int) else list(takes)
        raise _wrong_size(layer, name, shown, f"write {name}: {shown}" if len(shape) > 2 else None)
    return sizes


def _wrong_size(layer: Component, name: str, takes: Any, advice: str | None = None) -> ProblemError:
    message = f"{layer.name} takes {name} {takes} here, not {layer.given[name]}"
    return layer_error(message, name, help=advice or f"leave {name} out, it is inferred")
