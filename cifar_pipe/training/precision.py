"""The number format and the memory layout of a network's computations.

float32 leaves PyTorch's own settings alone. tf32 lets a GPU round the factors of matrix products to
10 bits of mantissa. bfloat16 and float16 compute in that format what is safe in it and keep the
weights in float32 (https://docs.pytorch.org/docs/stable/amp.html); float16 scales the loss, so that
small gradients do not become zero. bfloat16-true and float16-true (Lightning's words) have parameters,
buffers and the optimizer's state in that format as well: `network.to(dtype)`. Losses are of float32.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.amp import GradScaler

from cifar_pipe.context import Context
from cifar_pipe.runtime import MemoryFormat, Precision

_FORMATS = {"bfloat16": torch.bfloat16, "float16": torch.float16}
_TRUE = {"bfloat16-true": torch.bfloat16, "float16-true": torch.float16}
_LAYOUTS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}


_Network = TypeVar("_Network", bound=nn.Module)


def weights_format(precision: Precision) -> torch.dtype:
    """Of parameters and buffers."""
    return _TRUE.get(precision, torch.float32)


def placed(network: _Network, context: Context) -> _Network:
    """The network on the device, as it computes there: itself, or a copy where its weights are of
    another format, which they keep.
    """
    wanted = weights_format(context.precision)
    tensors = (*network.parameters(), *network.buffers())
    if any(one.is_floating_point() and one.dtype != wanted for one in tensors):
        network = copy.deepcopy(network)
    return network.to(context.device, wanted)


def autocast(context: Context) -> AbstractContextManager[object]:
    """For a forward pass and its loss; to be entered anew for each of them."""
    if context.precision not in _FORMATS:
        return nullcontext()
    kind = torch.device(context.device).type
    return torch.autocast(kind, dtype=_FORMATS[context.precision])


def grad_scaler(context: Context) -> GradScaler | None:
    kind = torch.device(context.device).type
    return GradScaler(kind) if context.precision == "float16" else None


@contextmanager
def matrix_products(precision: Precision) -> Iterator[None]:
    """With tf32, those of float32 on a GPU are computed so; all is set back afterwards."""
    if precision != "tf32":
        yield
        return
    products, convolutions = torch.backends.cuda.matmul, torch.backends.cudnn
    before = products.allow_tf32, convolutions.allow_tf32
    products.allow_tf32 = convolutions.allow_tf32 = True
    try:
        yield
    finally:
        products.allow_tf32, convolutions.allow_tf32 = before


def laid_out(network: nn.Module, memory_format: MemoryFormat) -> None:
    """Lays out the network's four-dimensional parameters so, in place."""
    network.to(memory_format=_LAYOUTS[memory_format])


def inputs_of(images: Tensor, context: Context) -> Tensor:
    """Images `[N, C, H, W]` in the layout, which is of four dimensions alone, and in the format of the
    weights.
    """
    if context.memory_format == "channels_last" and images.ndim == 4:
        images = images.contiguous(memory_format=torch.channels_last)
    return images.to(weights_format(context.precision))


def outputs_of(network: nn.Module, images: Tensor, context: Context) -> Tensor:
    """What the network, which is placed, gives as the context says; of float32 in any case."""
    with matrix_products(context.precision), autocast(context):
        outputs: Tensor = network(inputs_of(images, context))
    return outputs.float()
