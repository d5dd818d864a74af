"""Follows an image through one layer on torch's meta device: shapes without arithmetic.

References: https://docs.pytorch.org/docs/stable/meta.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.core.lookup import find, model_for
from cifar_pipe.catalog.torch.build import TorchTooOldError, build
from cifar_pipe.model.planning.inferred_sizes import inferred_sizes
from cifar_pipe.model.planning.planned import (
    LayerRow,
    PlacedLayer,
    Planned,
    Shape,
    Weight,
    layer_error,
    words,
)
from cifar_pipe.model.planning.shape_rules import ShapeMode
from cifar_pipe.model.planning.torch_errors import (
    SHAPES,
    error_of_building,
    error_of_running,
    no_dimension,
)

# Two, so that batch normalisation has something to normalise over where the image is one pixel.
_BATCH = 2
_OF_WEIGHTS = ("weights", "weights_file", "weights_sha256", "weights_stand_in")


def measure(placed: PlacedLayer) -> Planned:
    """The layer on one image. Raises ProblemError where it does not fit."""
    layer, shape = placed.layer, placed.shape
    _check_dimensions(layer, shape)
    _check_dims(layer, shape)
    sizes = inferred_sizes(layer, shape)
    image = torch.empty((_BATCH, *shape), device="meta")
    with torch.device("meta"), ShapeMode(batch_size=_BATCH) as mode:
        module = count_on_cpu(_build(layer, sizes))
        output = _run(layer, module, image)
    products = mode.multiply_adds
    if any(isinstance(one, nn.MultiheadAttention) for one in module.modules()):
        products = _multiply_adds(module, image)
    weights = {key: Weight(tuple(one.shape)) for key, one in module.named_parameters()}
    parameters = sum(one.numel() for one in module.parameters())
    row = LayerRow(
        placed.name,
        layer.name,
        tuple(output.shape[1:]),
        parameters=parameters,
        trainable=parameters,
        multiply_adds=products,
        inputs=placed.inputs,
    )
    return Planned(layer, row, sizes, weights)


def _multiply_adds(module: nn.Module, images: Tensor) -> int:
    """Of one image's forward pass, as PyTorch counts them: rules do not see into MultiheadAttention."""
    from torch.utils.flop_counter import FlopCounterMode  # noqa: PLC0415  slow, and seldom needed

    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        module(images)
    return int(counter.get_total_flops()) // 2 // len(images)


def _check_dimensions(layer: Component, shape: Shape) -> None:
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


def _check_dims(layer: Component, shape: Shape) -> None:
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


def untrained(layer: Component) -> Component:
    """The layer as if no weights had been written, for what needs its shapes alone."""
    if not layer_facts(layer).network:
        return layer
    given = {name: value for name, value in layer.given.items() if name not in _OF_WEIGHTS}
    return replace(layer, arguments=model_for(layer.entry).model_validate(given))


def count_on_cpu(module: nn.Module) -> nn.Module:
    """The module with its counters of batches on the CPU, whatever the device.

    A batch norm of momentum null divides by the number of batches, and tensors on meta hold none.
    """
    for one in module.modules():
        if isinstance(one, nn.modules.batchnorm._NormBase) and one.num_batches_tracked is not None:  # noqa: SLF001
            one.num_batches_tracked = torch.zeros((), dtype=torch.long, device="cpu")
    return module


def _build(layer: Component, sizes: dict[str, Any]) -> nn.Module:
    try:
        module: nn.Module = build(untrained(layer), **sizes)
    except TorchTooOldError as error:
        raise layer_error(error.message, error.argument, code="torch-version") from None
    except (ValueError, TypeError, RuntimeError, AssertionError) as error:
        raise error_of_building(layer, sizes, error) from None
    return module


def _run(layer: Component, module: nn.Module, image: Tensor) -> Tensor:
    shape = tuple(image.shape[1:])
    try:
        with torch.no_grad():
            output = module(image)
    except (ValueError, TypeError, RuntimeError, IndexError, AssertionError) as error:
        raise error_of_running(layer, shape, error) from None
    if not isinstance(output, Tensor):
        raise layer_error(f"{layer.name} gives {type(output).__name__}, not one tensor")
    if output.ndim < 2 or output.shape[0] != _BATCH:
        made = f"from {_BATCH} images it makes {list(output.shape)}"
        advice = "dimension 0 is the batch: work from dimension 1 on"
        raise layer_error(f"{layer.name} mixes the images of a batch: {made}", help=advice)
    if 0 in output.shape:
        raise error_of_running(layer, shape, ValueError("output size is too small"))
    return output
