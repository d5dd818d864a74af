"""What layers with weights make of an image, and their weights.

References: https://docs.pytorch.org/docs/stable/nn.html, "Shape" and "Variables" of each layer.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import prod
from typing import Any

from cifar_pipe.model.planning.formulas.windows import convolved, each, transposed
from cifar_pipe.model.planning.planned import Measured, Shape

Arguments = Callable[[str], Any]
"""An argument as it is written or inferred, or else its default."""


def linear(argument: Arguments, shape: Shape) -> Measured:
    made, features = (*shape[:-1], argument("out_features")), shape[-1]
    return Measured(made, _linear_weights(argument, features, made[-1]), prod(made) * features)


def _linear_weights(
    argument: Arguments, takes: int, gives: int, prefix: str = ""
) -> dict[str, Shape]:
    bias: dict[str, Shape] = {f"{prefix}bias": (gives,)} if argument("bias") else {}
    return {f"{prefix}weight": (gives, takes), **bias}


def mlp(argument: Arguments, shape: Shape) -> Measured:
    """torchvision's: Linear, ReLU, Dropout again and again, the last of them without ReLU."""
    sizes, products = [shape[-1], *argument("hidden_channels")], 0
    weights: dict[str, Shape] = {}
    for index, (takes, gives) in enumerate(pairwise(sizes)):
        weights |= _linear_weights(argument, takes, gives, f"{3 * index}.")
        products += prod(shape[:-1]) * takes * gives
    return Measured((*shape[:-1], sizes[-1]), weights, products)


def convolution(argument: Arguments, shape: Shape) -> Measured | None:
    # Other modes have rules of their own about how wide the padding may be.
    if argument("padding_mode") != "zeros":
        return None
    return _convolve(argument, shape, argument("padding"), bias=argument("bias"))


def _convolve(argument: Arguments, shape: Shape, padding: Any, *, bias: bool) -> Measured | None:
    channels, made, groups = shape[0], argument("out_channels"), argument("groups")
    kernel, stride = (each(argument(name), len(shape) - 1) for name in ("kernel_size", "stride"))
    if channels % groups or made % groups or (padding == "same" and {*stride} != {1}):
        return None
    pixels = convolved(shape[1:], kernel, stride, padding, argument("dilation"))
    weight = (made, channels // groups, *kernel)
    weights: dict[str, Shape] = {"weight": weight, **({"bias": (made,)} if bias else {})}
    return Measured((made, *pixels), weights, made * prod(pixels) * prod(weight[1:]))


def transposed_convolution(argument: Arguments, shape: Shape) -> Measured | None:
    channels, made, groups = shape[0], argument("out_channels"), argument("groups")
    if channels % groups or made % groups:
        return None
    names = ("kernel_size", "stride", "padding", "output_padding", "dilation")
    pixels = transposed(shape[1:], *(argument(name) for name in names))
    weight = (channels, made // groups, *each(argument("kernel_size"), len(pixels)))
    weights = {"weight": weight, **({"bias": (made,)} if argument("bias") else {})}
    return Measured((made, *pixels), weights, prod(shape) * prod(weight[1:]))


def convolution_norm_activation(argument: Arguments, shape: Shape) -> Measured | None:
    """torchvision's: a convolution, whose padding keeps the size, a BatchNorm and a ReLU."""
    padding = argument("padding")
    if padding is None:
        sizes = (each(argument(name), len(shape) - 1) for name in ("kernel_size", "dilation"))
        padding = [(kernel - 1) // 2 * dilation for kernel, dilation in zip(*sizes, strict=True)]
    convolution = _convolve(argument, shape, padding, bias=bool(argument("bias")))
    if convolution is None:
        return None
    channels = (argument("out_channels"),)
    weights = {f"0.{name}": its for name, its in convolution.weights.items()}
    weights |= {"1.weight": channels, "1.bias": channels}
    return convolution._replace(weights=weights)


def squeeze_excitation(argument: Arguments, shape: Shape) -> Measured:
    """torchvision's: two convolutions of the channels' means."""
    channels, squeezed = shape[0], argument("squeeze_channels")
    weights = {
        "fc1.weight": (squeezed, channels, 1, 1),
        "fc1.bias": (squeezed,),
        "fc2.weight": (channels, squeezed, 1, 1),
        "fc2.bias": (channels,),
    }
    return Measured(shape, weights, 2 * channels * squeezed)


def batch_norm(argument: Arguments, shape: Shape) -> Measured:
    return Measured(shape, _scale_and_shift((shape[0],), argument, "affine"))


def instance_norm(argument: Arguments, shape: Shape) -> Measured | None:
    return batch_norm(argument, shape) if prod(shape[1:]) > 1 else None


def group_norm(argument: Arguments, shape: Shape) -> Measured | None:
    groups = argument("num_groups")
    if shape[0] % groups or prod(shape) == groups:
        return None
    return batch_norm(argument, shape)


def layer_norm(argument: Arguments, shape: Shape) -> Measured:
    normalized = tuple(argument("normalized_shape"))
    return Measured(shape, _scale_and_shift(normalized, argument, "elementwise_affine"))


def _scale_and_shift(shape: Shape, argument: Arguments, learned: str) -> dict[str, Shape]:
    names = ("weight", "bias") if argument("bias") else ("weight",)
    return dict.fromkeys(names, shape) if argument(learned) else {}


def rms_norm(argument: Arguments, shape: Shape) -> Measured:
    weight = {"weight": tuple(argument("normalized_shape"))}
    return Measured(shape, weight if argument("elementwise_affine") else {})


def prelu(argument: Arguments, shape: Shape) -> Measured | None:
    slopes = argument("num_parameters")
    return Measured(shape, {"weight": (slopes,)}) if slopes in (1, shape[0]) else None


def attention(argument: Arguments, shape: Shape) -> Measured | None:
    """Ours: torch's MultiheadAttention of a sequence with itself."""
    length, features = shape
    if features % argument("num_heads"):
        return None
    weights: dict[str, Shape] = {"in_proj_weight": (3 * features, features)}
    if argument("bias"):
        weights |= {"in_proj_bias": (3 * features,)}
    weights |= _linear_weights(argument, features, features, "out_proj.")
    products = 4 * length * features**2 + 2 * length**2 * features
    return Measured(shape, weights, products)


def encoder(argument: Arguments, shape: Shape) -> Measured | None:
    """Self-attention, two linear layers and two norms."""
    (length, features), hidden = shape, argument("dim_feedforward")
    renamed = {"num_heads": "nhead"}
    attends = attention(lambda name: argument(renamed.get(name, name)), shape)
    if attends is None:
        return None
    weights = {f"self_attn.{name}": its for name, its in attends.weights.items()}
    weights |= _linear_weights(argument, features, hidden, "linear1.")
    weights |= _linear_weights(argument, hidden, features, "linear2.")
    names = ("weight", "bias") if argument("bias") else ("weight",)
    weights |= {f"{norm}.{name}": (features,) for norm in ("norm1", "norm2") for name in names}
    return Measured(shape, weights, attends.multiply_adds + 2 * length * features * hidden)


def position_embedding(_: Arguments, shape: Shape) -> Measured:
    return Measured(shape, {"weight": shape})


def class_token(_: Arguments, shape: Shape) -> Measured:
    length, features = shape
    return Measured((length + 1, features), {"weight": (1, features)})
