"""Follows an image through one layer on torch's meta device: shapes without arithmetic.

References: https://docs.pytorch.org/docs/stable/meta.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.lookup import find, model_for
from cifar_pipe.catalog.torch.build import TorchTooOldError, build
from cifar_pipe.model.planning.flops import counted, has_attention
from cifar_pipe.model.planning.inferred_sizes import inferred_sizes
from cifar_pipe.model.planning.planned import LayerRow, Planned, Shape, Weight, words
from cifar_pipe.model.planning.shape_rules import ShapeMode
from cifar_pipe.model.planning.torch_errors import Complaint, no_dimension, of_construction, of_run

# Two, so that batch normalisation has something to normalise over where the image is one pixel.
_BATCH = 2
_SHAPE_WORDS = {2: "[N, features]", 3: "[N, C, L]", 4: "[N, C, H, W]", 5: "[N, C, D, H, W]"}


def measure(layer: Component, name: str, shape: Shape, inputs: tuple[str, ...]) -> Planned:
    """The layer on one image of `shape`. Raises Complaint or WrongSize where it does not fit."""
    _check_dimensions(layer, shape)
    _check_dim(layer, shape)
    sizes = inferred_sizes(layer, shape)
    image = torch.empty((_BATCH, *shape), device="meta")
    with torch.device("meta"), ShapeMode() as mode:
        module = _build_on_meta(layer, sizes)
        output = _run(layer, module, image)
    products = counted(module, image) if has_attention(module) else mode.multiply_adds
    weights = {key: Weight(tuple(one.shape)) for key, one in module.named_parameters()}
    parameters = sum(one.numel() for one in module.parameters())
    row = LayerRow(
        name,
        layer.name,
        tuple(output.shape[1:]),
        parameters=parameters,
        trainable=parameters,
        multiply_adds=products // _BATCH,
    )
    return Planned(layer, row, inputs, sizes, weights)


def _check_dimensions(layer: Component, shape: Shape) -> None:
    """Refuses what PyTorch takes and nobody means: an image without its batch, Linear on rows."""
    dimensions = len(shape) + 1
    allowed = layer.entry.traits.get("dimensions")
    if allowed is not None and dimensions not in allowed:
        takes = " or ".join(_SHAPE_WORDS[number] for number in allowed)
        flat = dimensions == 2
        raise Complaint(
            f"{layer.name} takes {takes}, not {words(shape)}",
            help="put it above Flatten, or Unflatten above it"
            if flat
            else _other(layer, dimensions),
        )
    if layer.entry.traits.get("after_flatten") and dimensions > 3:
        raise Complaint(
            f"{layer.name} takes [N, features], not {words(shape)}", help="put Flatten above it"
        )
    if layer.entry.traits.get("network") and shape[0] != 3:
        raise Complaint(
            f"{layer.name} takes images with 3 channels, not {words(shape)}",
            help="put {type: Grayscale, num_output_channels: 3} into the transforms",
        )


def _other(layer: Component, dimensions: int) -> str | None:
    """The same layer for this number of dimensions, if there is one: BatchNorm2d for BatchNorm1d."""
    other = f"{layer.name[:-2]}{dimensions - 2}d"
    fits = layer.name[-1] == "d" and layer.name[-2].isdigit() and find("layer", other) is not None
    return f"{other} does" if fits else None


def _check_dim(layer: Component, shape: Shape) -> None:
    """Where a layer works along one dimension: it must be there, and not be the batch's.

    PyTorch lets Softmax pass on meta with any, and over the batch with 0.
    """
    if "dims" in layer.entry.args and len(layer.get("dims")) != len(shape) + 1:
        raise Complaint(
            f"{layer.name} takes {len(shape) + 1} dimensions here, those of {words(shape)}, "
            f"not {len(layer.get('dims'))}",
            argument="dims",
        )
    if "dim" in layer.entry.args:
        written = layer.get("dim")
        for dim in written if isinstance(written, list) else [written]:
            check_dim(layer, shape, dim)


def check_dim(layer: Component, shape: Shape, dim: int) -> None:
    """Raises Complaint where there is no such dimension, or where it is the batch's."""
    dimensions = len(shape) + 1
    if not -dimensions <= dim < dimensions:
        raise no_dimension(layer, shape, dim)
    if dim % dimensions == 0:
        raise Complaint(
            f"{layer.name} works along dimension {dim}, and that is the batch",
            argument="dim",
            help="1 is the channels or classes, -1 the last",
        )


def _build_on_meta(layer: Component, sizes: dict[str, Any]) -> nn.Module:
    bare = untrained(layer)
    try:
        module: nn.Module = build(bare, **sizes)
    except TorchTooOldError as error:
        raise Complaint(error.message, argument=error.argument, code="torch-version") from None
    except (ValueError, TypeError, RuntimeError, NotImplementedError, AssertionError) as error:
        raise of_construction(layer, sizes, error) from None
    return module


def _run(layer: Component, module: nn.Module, image: Tensor) -> Tensor:
    try:
        with torch.no_grad():
            output = module(image)
    except (ValueError, TypeError, RuntimeError, IndexError, AssertionError) as error:
        raise of_run(layer, tuple(image.shape[1:]), error) from None
    if not isinstance(output, Tensor):
        raise Complaint(f"{layer.name} gives {type(output).__name__}, not one tensor")
    if output.ndim < 2 or output.shape[0] != _BATCH:
        shape = list(output.shape)
        raise Complaint(
            f"{layer.name} mixes the images of a batch: from {_BATCH} images it makes {shape}",
            help="dimension 0 is the batch: work from dimension 1 on",
        )
    if 0 in output.shape:
        raise of_run(layer, tuple(image.shape[1:]), RuntimeError("Output size is too small"))
    return output


def untrained(layer: Component) -> Component:
    """The layer as it is without trained weights."""
    if not layer.entry.traits.get("network"):
        return layer
    return without(layer, "weights", "weights_file", "weights_stand_in")


def without(layer: Component, *arguments: str) -> Component:
    """The layer as if `arguments` had not been written."""
    given = {name: value for name, value in layer.given.items() if name not in arguments}
    return replace(layer, arguments=model_for(layer.entry).model_validate(given))
