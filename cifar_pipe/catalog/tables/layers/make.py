"""The few words in which the layer tables are written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from cifar_pipe.catalog.core.argument_rules import Rule
from cifar_pipe.catalog.core.entry import Arg, Entry, Usual, pytorch
from cifar_pipe.catalog.core.facts import LayerFacts, Range, Values
from cifar_pipe.catalog.core.types import (
    Bool,
    Int,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    Probability,
    either,
    list_of,
    optional,
    size,
)

SHAPES: Mapping[int, str] = {1: "[N, C, L]", 2: "[N, C, H, W]", 3: "[N, C, D, H, W]"}
NEW_SIZES: Mapping[int, str] = {1: "L'", 2: "H', W'", 3: "D', H', W'"}
DIMENSIONS = (1, 2, 3)

_NOTHING_KNOWN = LayerFacts()
USUAL: Mapping[str, Arg | str] = {
    "affine": Arg(Bool, ..., "Learn a scale, and a shift unless bias is false, for each channel."),
    "align_corners": "Map corner pixels onto corner pixels; for the linear modes.",
    "approximate": "none is exact; tanh is a faster approximation.",
    "bias": Arg(Bool, ..., "Learn an additive bias."),
    "ceil_mode": Arg(
        Bool, ..., "Round output sizes up, so that the last, partial window counts too."
    ),
    "count_include_pad": Arg(Bool, ..., "Count the padding's zeros in the mean."),
    "dilation": "Distance between the taps of the kernel, in pixels.",
    "dim": Arg(Int, ..., "Dimension to work along: 1 is the channels or classes, -1 the last."),
    "divisor_override": "Divides each window's sum by this and not by its size.",
    "elementwise_affine": Arg(
        Bool, ..., "Learn a scale, and a shift where there is a bias, for each element."
    ),
    "embed_dim": Arg(PositiveInt, ..., "Size E of each element; inferred.", "features"),
    # Above 0, where PyTorch takes 0 too: the variance of a black image is 0.
    "eps": Arg(
        PositiveFloat,
        ...,
        "Added to the variance, so that nothing is divided by zero.",
        usual=Usual(lambda eps: eps <= 0.1, "hides differences", "a smaller eps: 1e-5 is usual"),
    ),
    "groups": Arg(
        PositiveInt,
        ...,
        "Groups of channels that are not connected with each other; divides the channels.",
    ),
    "in_channels": Arg(PositiveInt, ..., "Channels of the input; inferred.", "channels"),
    "in_features": Arg(
        PositiveInt, ..., "Size of the input's last dimension; inferred.", "features"
    ),
    "kernel_size": "Size of the window, in pixels.",
    "lambd": "Values nearer to zero than this become zero.",
    "mode": "How values between the pixels are found.",
    "momentum": "Share of a new batch in the running mean and variance; null: a plain average.",
    "norm_type": "Exponent of the norm: 1 sums the window, large values near its maximum.",
    "num_channels": Arg(PositiveInt, ..., "Channels of the input; inferred.", "channels"),
    "num_features": Arg(PositiveInt, ..., "Channels of the input; inferred.", "channels"),
    "out_channels": Arg(PositiveInt, ..., "Channels of the output: the number of kernels."),
    "out_features": Arg(PositiveInt, ..., "Size of the output's last dimension."),
    "output_padding": "Rows added at one side of the output, where several sizes are possible.",
    "output_ratio": "Size of the output as a share of the input's, between 0 and 1.",
    "output_size": "Size of the output, in pixels.",
    "p": Arg(Probability, ..., "Probability of an element to be zeroed."),
    "padding": "Pixels added at both sides of each dimension.",
    "padding_mode": "What the added pixels hold.",
    "recompute_scale_factor": "Take the factor from the rounded sizes and not as it is written.",
    "scale_factor": "Size of the output as a multiple of the input's.",
    "size": "Size of the output, in pixels.",
    "stride": "Step of the window, in pixels.",
    "track_running_stats": Arg(
        Bool, ..., "Keep a running mean and variance, and use them in evaluation."
    ),
}


def layer(
    name: str, summary: str, facts: LayerFacts = _NOTHING_KNOWN, rule: Rule | None = None
) -> Entry:
    """One row of a layer table: a class of torch.nn."""
    return pytorch("layer", "torch.nn", name, summary, facts, rule)


def own(
    name: str,
    where: str,
    summary: str,
    facts: LayerFacts = _NOTHING_KNOWN,
    rule: Rule | None = None,
    *,
    link: str = "",
    own_args: tuple[str, ...] = (),
) -> Entry:
    """A layer of ours: a class in cifar_pipe.model."""
    address = f"cifar_pipe.model.{where}:{name}"
    return Entry("layer", name, summary, address, {}, link, facts, rule, own_args)


def of_rank(dimensions: int, values: Range | Values | None = None, **others: Any) -> LayerFacts:
    """Of a layer for 1-D, 2-D or 3-D signals: [N, C, ...] and nothing else."""
    return LayerFacts(dimensions=(dimensions + 2,), values=values, **others)


@cache
def window(dimensions: int, *, stride: int | None = 1) -> Mapping[str, Arg]:
    """The arguments `kernel_size` and `stride`; a stride of null is the kernel's size."""
    if stride is None:
        words = "Step of the window, in pixels; null: kernel_size."
        step = Arg(optional(size(dimensions)), None, words)
    else:
        step = Arg(size(dimensions), stride)
    return {"kernel_size": Arg(size(dimensions)), "stride": step}


@cache
def padding(dimensions: int) -> Any:
    return size(dimensions, NonNegativeInt)


def sizes(item: Any = PositiveInt) -> Any:
    """One value, or a list with one per dimension, however many the input has."""
    return either(item, list_of(item, minimum=1))
