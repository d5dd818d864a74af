"""The dimensions that a layer takes and works along, which PyTorch is not asked for."""

from __future__ import annotations

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.core.lookup import find
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.model.planning.planned import Shape, layer_error, words

# What a layer for so many dimensions takes.
SHAPES = {2: "[N, features]", 3: "[N, C, L]", 4: "[N, C, H, W]", 5: "[N, C, D, H, W]"}


def check_dimensions(layer: Component, shape: Shape) -> None:
    """Refuses what PyTorch takes and nobody means: an image without its batch, Linear on rows."""
    dimensions, facts = len(shape) + 1, layer_facts(layer)
    takes, advice = None, None
    if facts.dimensions is not None and dimensions not in facts.dimensions:
        takes = " or ".join(SHAPES[number] for number in facts.dimensions)
        flat = "put it above Flatten, or Unflatten above it"
        advice = flat if dimensions == 2 else _for_dimensions(layer, dimensions)
        if dimensions == 4 and layer.entry.args.keys() & {"embed_dim", "d_model"}:
            # A sequence of pixels, each with its channels.
            takes = "sequences [N, S, E]"
            advice = (
                "make a sequence of the pixels above it: {type: Flatten, start_dim: 2} and "
                "{type: Permute, dims: [0, 2, 1]}"
            )
    elif facts.after_flatten and dimensions > 3:
        takes, advice = "[N, features]", "put Flatten above it"
    elif facts.network and facts.network.channels not in (None, shape[0]):
        takes = f"images with {facts.network.channels} channels"
        advice = "put {type: Grayscale, num_output_channels: 3} into the transforms"
    if takes:
        raise layer_error(f"{layer.name} takes {takes}, not {words(shape)}", help=advice)


def _for_dimensions(layer: Component, dimensions: int) -> str | None:
    """The same layer for this number of dimensions, if there is one: BatchNorm2d for BatchNorm1d."""
    other = f"{layer.name[:-2]}{dimensions - 2}d"
    fits = layer.name[-1] == "d" and layer.name[-2].isdigit() and find("layer", other) is not None
    return f"{other} does" if fits else None


def check_dims(layer: Component, shape: Shape) -> None:
    """Where a layer works along one dimension: it must be there, and not be the batch's.

    PyTorch lets Softmax pass on meta with any, and over the batch with 0.
    """
    count = len(shape) + 1
    if "dims" in layer.entry.args and len(layer.get("dims")) != count:
        takes = f"takes {count} dimensions here, those of {words(shape)}"
        raise layer_error(f"{layer.name} {takes}, not {len(layer.get('dims'))}", "dims")
    if "dim" in layer.entry.args:
        written = layer.get("dim")
        for dim in written if isinstance(written, list) else [written]:
            check_dim(layer, shape, dim)


def check_dim(layer: Component, shape: Shape, dim: int) -> None:
    """Raises ProblemError where there is no such dimension, or where it is the batch's."""
    dimensions = len(shape) + 1
    if not -dimensions <= dim < dimensions:
        raise no_dimension(layer, shape, dim)
    if dim % dimensions == 0:
        message = f"{layer.name} works along dimension {dim}, and that is the batch"
        raise layer_error(message, "dim", help="1 is the channels or classes, -1 the last")


def no_dimension(layer: Component, shape: Shape, dimension: int) -> ProblemError:
    names = ("dim", "start_dim", "end_dim")
    argument = next((name for name in names if layer.given.get(name) == dimension), None)
    has = f"{words(shape)} has dimensions 0 (the batch) to {len(shape)}"
    return layer_error(f"{layer.name} works on dimension {dimension}, and {has}", argument)
