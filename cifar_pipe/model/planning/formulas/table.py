"""What the usual layers make of an image, by formula: without torch, whose import takes over a second.

A formula answers only where it is sure that PyTorch makes the layer and runs it, and says what PyTorch
would; None is for all else, and for all that is wrong: PyTorch is asked then. So nothing is found
here, and nothing is worded.

References: https://docs.pytorch.org/docs/stable/nn.html, "Shape" and "Variables" of each layer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import prod
from typing import Any

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.model.planning.formulas import weighted
from cifar_pipe.model.planning.formulas.weighted import Arguments
from cifar_pipe.model.planning.formulas.windows import adapted, averaged, each, pooled
from cifar_pipe.model.planning.planned import Measured, Shape

# Beyond them PyTorch's own integers overflow, sooner or later.
_LARGEST = 2**31
_MOST_NUMBERS = 2**40

Formula = Callable[[Arguments, Shape], Measured | None]
"""Of a layer with these arguments, and the shape of one image that it is given. May raise ValueError for
what PyTorch refuses.
"""


def by_formula(layer: Component, shape: Shape, sizes: Mapping[str, Any]) -> Measured | None:
    """The layer on one image of `shape`, with its inferred `sizes`; None where PyTorch must say.

    The layer's dimensions are trusted: dimensions.py checks them.
    """
    formula = FORMULAS.get(layer.name)
    if formula is None or not has_usual_numbers(layer):
        return None

    def argument(name: str) -> Any:
        return sizes[name] if name in sizes else layer.get(name)

    try:
        made = formula(argument, shape)
    except ValueError:
        return None
    if made is None or not made.shape or min(made.shape) < 1:
        return None
    numbers = (prod(one) for one in (shape, made.shape, *made.weights.values()))
    return made if all(one < _MOST_NUMBERS for one in numbers) else None


def has_usual_numbers(component: Component) -> bool:
    """Whether PyTorch can hold the whole numbers among its arguments: they may be written without end."""
    return all(abs(one) < _LARGEST for one in _whole_numbers(component.given))


def takes_one_image(layer_type: str, output_shape: Shape) -> bool:
    """Whether a layer that was measured by formula surely takes a batch of one image in training.

    A norm over the batch needs two values of each channel.
    """
    if layer_type not in FORMULAS:
        return layer_type in _JOINS
    return layer_type not in _OVER_THE_BATCH or prod(output_shape[1:]) > 1


def _whole_numbers(value: Any) -> Iterator[int]:
    match value:
        case int():
            yield value
        case list():
            for one in value:
                yield from _whole_numbers(one)
        case dict():
            for one in value.values():
                yield from _whole_numbers(one)


def _kept(_: Arguments, shape: Shape) -> Measured:
    return Measured(shape, {})


def _maximum(argument: Arguments, shape: Shape) -> Measured:
    settings = (argument(name) for name in ("kernel_size", "stride", "padding", "dilation"))
    pixels = pooled(shape[1:], *settings, ceil=argument("ceil_mode"))
    return Measured((shape[0], *pixels), {})


def _average(argument: Arguments, shape: Shape) -> Measured:
    settings = (argument(name) for name in ("kernel_size", "stride", "padding"))
    pixels = averaged(shape[1:], *settings, ceil=argument("ceil_mode"))
    return Measured((shape[0], *pixels), {})


def _adaptive(argument: Arguments, shape: Shape) -> Measured:
    return Measured((shape[0], *adapted(shape[1:], argument("output_size"))), {})


def _flatten(argument: Arguments, shape: Shape) -> Measured | None:
    start, end = (_place(argument(name), shape) for name in ("start_dim", "end_dim"))
    if start is None or end is None or end < start:
        return None
    return Measured((*shape[:start], prod(shape[start : end + 1]), *shape[end + 1 :]), {})


def _unflatten(argument: Arguments, shape: Shape) -> Measured | None:
    sizes, at = argument("unflattened_size"), _place(argument("dim"), shape)
    if at is None:
        return None
    known = prod(size for size in sizes if size != -1)
    if sizes.count(-1) == 1 and known > 0:
        sizes = [shape[at] // known if size == -1 else size for size in sizes]
    fits = min(sizes) > 0 and prod(sizes) == shape[at]
    return Measured((*shape[:at], *sizes, *shape[at + 1 :]), {}) if fits else None


def _mean(argument: Arguments, shape: Shape) -> Measured | None:
    written = argument("dim")
    places = [_place(one, shape) for one in each(written, 1)]
    if None in places or len({*places}) < len(places):
        return None
    if argument("keepdim"):
        return Measured(tuple(1 if at in places else n for at, n in enumerate(shape)), {})
    return Measured(tuple(n for at, n in enumerate(shape) if at not in places), {})


def _permute(argument: Arguments, shape: Shape) -> Measured:
    return Measured(tuple(shape[dim - 1] for dim in argument("dims")[1:]), {})


def _pad_shortcut(argument: Arguments, shape: Shape) -> Measured | None:
    channels, stride = argument("out_channels"), argument("stride")
    made = (channels, *(-(-size // stride) for size in shape[1:]))
    return Measured(made, {}) if channels >= shape[0] else None


def _pixel_shuffle(argument: Arguments, shape: Shape) -> Measured | None:
    factor, (channels, height, width) = argument("upscale_factor"), shape
    made = (channels // factor**2, height * factor, width * factor)
    return None if channels % factor**2 else Measured(made, {})


def _take_token(argument: Arguments, shape: Shape) -> Measured | None:
    length, features = shape
    return Measured((features,), {}) if -length <= argument("index") < length else None


def _place(dim: int, shape: Shape) -> int | None:
    """Of a dimension, counted with the batch, in the shape; None for the batch and beyond."""
    count = len(shape) + 1
    return dim % count - 1 if -count <= dim < count and dim % count else None


def _of_each_dimension(*names: str) -> tuple[str, ...]:
    return tuple(name.format(count) for name in names for count in (1, 2, 3))


_BATCH_NORMS = _of_each_dimension("BatchNorm{}d")
_INSTANCE_NORMS = _of_each_dimension("InstanceNorm{}d")
_OVER_THE_BATCH = {*_BATCH_NORMS, "Conv2dNormActivation", "Conv3dNormActivation"}
_JOINS = ("Add", "Multiply", "Concat")
_KEEP_THE_SHAPE = (
    *("ReLU", "ReLU6", "LeakyReLU", "RReLU", "ELU", "CELU", "SELU", "GELU", "SiLU", "Mish"),
    *("Hardswish", "Sigmoid", "Hardsigmoid", "LogSigmoid", "Tanh", "Hardtanh", "Tanhshrink"),
    *("Hardshrink", "Softshrink", "Softplus", "Softsign", "Threshold"),
    *("Softmax", "LogSoftmax", "Softmin", "Softmax2d"),
    *("Dropout", *_of_each_dimension("Dropout{}d"), "AlphaDropout", "FeatureAlphaDropout"),
    *("StochasticDepth", "FrozenBatchNorm2d", "Identity"),
)
FORMULAS: Mapping[str, Formula] = {
    **dict.fromkeys(_of_each_dimension("Conv{}d"), weighted.convolution),
    **dict.fromkeys(_of_each_dimension("ConvTranspose{}d"), weighted.transposed_convolution),
    **dict.fromkeys(_of_each_dimension("MaxPool{}d"), _maximum),
    **dict.fromkeys(_of_each_dimension("AvgPool{}d"), _average),
    **dict.fromkeys(_of_each_dimension("AdaptiveAvgPool{}d", "AdaptiveMaxPool{}d"), _adaptive),
    **dict.fromkeys(_BATCH_NORMS, weighted.batch_norm),
    **dict.fromkeys(_INSTANCE_NORMS, weighted.instance_norm),
    **dict.fromkeys(_KEEP_THE_SHAPE, _kept),
    **dict.fromkeys(
        ("Conv2dNormActivation", "Conv3dNormActivation"), weighted.convolution_norm_activation
    ),
    "Linear": weighted.linear,
    "MLP": weighted.mlp,
    "GroupNorm": weighted.group_norm,
    "LayerNorm": weighted.layer_norm,
    "RMSNorm": weighted.rms_norm,
    "PReLU": weighted.prelu,
    "SelfAttention": weighted.attention,
    "TransformerEncoderLayer": weighted.encoder,
    "SqueezeExcitation": weighted.squeeze_excitation,
    "Flatten": _flatten,
    "Unflatten": _unflatten,
    "PixelShuffle": _pixel_shuffle,
    "Mean": _mean,
    "Permute": _permute,
    "PadShortcut": _pad_shortcut,
    "PositionEmbedding": weighted.position_embedding,
    "ClassToken": weighted.class_token,
    "TakeToken": _take_token,
}
