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
from cifar_pipe.catalog.core.lookup import model_for
from cifar_pipe.catalog.torch.build import TorchTooOldError, build
from cifar_pipe.model.planning.planned import Measured, Shape, layer_error
from cifar_pipe.model.planning.shape_rules import ShapeMode
from cifar_pipe.model.planning.torch_errors import error_of_building, error_of_running

# Two, so that batch normalisation has something to normalise over where the image is one pixel.
_BATCH = 2
_OF_WEIGHTS = ("weights", "weights_file", "weights_sha256", "weights_stand_in")


def measure_on_meta(layer: Component, shape: Shape, sizes: dict[str, Any]) -> Measured:
    """The layer on one image of `shape`, made with the inferred `sizes`. Raises ProblemError where it
    does not fit.
    """
    image = torch.empty((_BATCH, *shape), device="meta")
    with torch.device("meta"), ShapeMode(batch_size=_BATCH) as mode:
        module = count_on_cpu(_build(layer, sizes))
        output = _run(layer, module, image)
    products = mode.multiply_adds
    if any(isinstance(one, nn.MultiheadAttention) for one in module.modules()):
        products = _multiply_adds(module, image)
    weights = {key: tuple(one.shape) for key, one in module.named_parameters()}
    return Measured(tuple(output.shape[1:]), weights, products)


def _multiply_adds(module: nn.Module, images: Tensor) -> int:
    """Of one image's forward pass, as PyTorch counts them: rules do not see into MultiheadAttention."""
    from torch.utils.flop_counter import FlopCounterMode  # noqa: PLC0415  slow, and seldom needed

    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        module(images)
    return int(counter.get_total_flops()) // 2 // len(images)


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
