"""The layers of torchvision.ops that take one tensor and give one."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from cifar_pipe.catalog.core.entry import Arg, Entry, pytorch
from cifar_pipe.catalog.core.facts import ANY, LayerFacts, Range, Values
from cifar_pipe.catalog.core.types import (
    Bool,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    Probability,
    Words,
    choice,
    either,
    list_of,
    optional,
    size,
)
from cifar_pipe.catalog.tables.layers.make import of_rank

_row = partial(pytorch, "layer", "torchvision.ops")


def _odd(value: int) -> int:
    if value % 2:
        return value
    raise PydanticCustomError("odd", "it is even")


_OddInt = Annotated[
    int,
    Field(strict=True, gt=0),
    AfterValidator(_odd),
    WithJsonSchema({"type": "integer", "minimum": 1, "not": {"multipleOf": 2}}),
    Words("an odd whole number above 0"),
]


def _drop_block(dimensions: int, blocks: str) -> Entry:
    return _row(
        f"DropBlock{dimensions}d",
        f"Sets {blocks} of the image to zero in training, and scales up what is left (Ghiasi et al., "
        "2018, arXiv:1810.12890).",
        of_rank(dimensions, passes_through=True, drops="p"),
    ).takes(
        p=Arg(Probability, ..., "Share of the elements to be zeroed."),
        block_size=Arg(_OddInt, ..., "Side of a block, in pixels."),
    )


def _conv_norm_activation(dimensions: int) -> Entry:
    return _row(
        f"Conv{dimensions}dNormActivation",
        f"A Conv{dimensions}d, a BatchNorm{dimensions}d and a ReLU in one; its padding keeps the size.",
        of_rank(dimensions, Range(low=0)),
    ).takes(
        in_channels=Arg(PositiveInt, ..., "Channels of the input; inferred.", "channels"),
        out_channels=Arg(PositiveInt, ..., "Channels of the output: the number of kernels."),
        kernel_size=Arg(size(dimensions), 3),
        stride=Arg(size(dimensions), 1),
        padding=Arg(
            optional(either(size(dimensions, NonNegativeInt), choice("same", "valid"))),
            None,
            "Pixels added at both sides of each dimension; null: as many as keep the size.",
        ),
        groups=Arg(
            PositiveInt,
            1,
            "Groups of channels that are not connected with each other; divides the channels.",
        ),
        dilation=Arg(size(dimensions), 1),
        bias=Arg(optional(Bool), None, "Learn an additive bias; null: no, as the norm has one."),
    )


VISION = [
    _row(
        "StochasticDepth",
        "Leaves out the branch of a Residual at random in training, and scales it otherwise (Huang "
        "et al., 2016, arXiv:1603.09382).",
        LayerFacts(values=Values.SCALED_OR_ZERO, passes_through=True, drops="p"),
    ).takes(
        p=Arg(Probability, ..., "Probability of the branch to be left out."),
        mode=Arg(choice("batch", "row"), ..., "For all images of a batch at once, or for each."),
    ),
    _row(
        "SqueezeExcitation",
        "Scales each channel by 0 to 1, as the means of all channels say: [N, C, H, W] (Hu et al., "
        "2017, arXiv:1709.01507).",
        of_rank(2, Values.KEPT_OR_ZERO),
    ).takes(
        input_channels=Arg(PositiveInt, ..., "Channels of the input; inferred.", "channels"),
        squeeze_channels=Arg(PositiveInt, ..., "Channels between the two convolutions."),
    ),
    _drop_block(2, "squares"),
    _drop_block(3, "cubes"),
    _row(
        "FrozenBatchNorm2d",
        "A BatchNorm2d whose scale, shift, mean and variance never change: [N, C, H, W].",
        of_rank(2, ANY),
    ).takes(
        num_features=Arg(PositiveInt, ..., "Channels of the input; inferred.", "channels"),
        eps=Arg(PositiveFloat, 1e-5),
    ),
    *(_conv_norm_activation(dimensions) for dimensions in (2, 3)),
    # Not by position: a function comes between its arguments.
    replace(
        _row(
            "MLP",
            "Linear layers with ReLU and dropout, the last of them with dropout alone: [N, ..., F] to "
            "[N, ..., F'].",
            LayerFacts(values=ANY, after_flatten=True),
        ).takes(
            in_channels=Arg(
                PositiveInt, ..., "Size of the input's last dimension; inferred.", "features"
            ),
            hidden_channels=Arg(
                list_of(PositiveInt, minimum=1), ..., "Size of the output of each linear layer."
            ),
            bias=Arg(Bool, True, "Learn an additive bias."),
            dropout=Arg(Probability, 0.0, "Probability of an element to be zeroed."),
        ),
        signature="torchvision.ops:MLP",
    ),
]
