"""The arguments that many components of a kind have, said once.

Where one component means something else by the same name, its own table says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from cifar_pipe.catalog.core.entry import Arg
from cifar_pipe.catalog.core.types import (
    Bool,
    Float,
    Int,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    Probability,
    choice,
    list_of,
    optional,
)

LAYER: Mapping[str, str] = {
    "affine": "Learn a scale, and a shift unless bias is false, for each channel.",
    "align_corners": "Map corner pixels onto corner pixels; for the linear modes.",
    "approximate": "none is exact; tanh is a faster approximation.",
    "bias": "Learn an additive bias.",
    "ceil_mode": "Round output sizes up, so that the last, partial window counts too.",
    "count_include_pad": "Count the padding's zeros in the mean.",
    "dilation": "Distance between the taps of the kernel, in pixels.",
    "dim": "Dimension to work along: 1 is the channels or classes, -1 the last.",
    "divisor_override": "Divides each window's sum by this and not by its size.",
    "elementwise_affine": "Learn a scale, and a shift where there is a bias, for each element.",
    "eps": "Added to the variance, so that nothing is divided by zero.",
    "groups": "Groups of channels that are not connected with each other; divides the channels.",
    "in_channels": "Channels of the input; inferred.",
    "in_features": "Size of the input's last dimension; inferred.",
    "kernel_size": "Size of the window, in pixels.",
    "lambd": "Values nearer to zero than this become zero.",
    "mode": "How values between the pixels are found.",
    "momentum": "Share of a new batch in the running mean and variance; null: a plain average.",
    "norm_type": "Exponent of the norm: 1 sums the window, large values near its maximum.",
    "num_channels": "Channels of the input; inferred.",
    "num_features": "Channels of the input; inferred.",
    "out_channels": "Channels of the output: the number of kernels.",
    "out_features": "Size of the output's last dimension.",
    "output_padding": "Rows added at one side of the output, where several sizes are possible.",
    "output_ratio": "Size of the output as a share of the input's, between 0 and 1.",
    "output_size": "Size of the output, in pixels.",
    "p": "Probability of an element to be zeroed.",
    "padding": "Pixels added at both sides of each dimension.",
    "padding_mode": "What the added pixels hold.",
    "recompute_scale_factor": "Take the factor from the rounded sizes and not as it is written.",
    "scale_factor": "Size of the output as a multiple of the input's.",
    "size": "Size of the output, in pixels.",
    "stride": "Step of the window, in pixels.",
    "track_running_stats": "Keep a running mean and variance, and use them in evaluation.",
}

_Decay = Annotated[float, Field(strict=True, ge=0, lt=1, allow_inf_nan=False)]
_PerClass = optional(list_of(NonNegativeFloat, minimum=1))


def _usual(type_: Any, description: str) -> Arg:
    return Arg(type_, description=description)


OPTIMIZER: Mapping[str, Arg] = {
    "amsgrad": _usual(Bool, "Divide by the largest second moment so far (the AMSGrad variant)."),
    "betas": _usual(
        list_of(_Decay, 2), "Decay rates of the running means of the gradient and of its square."
    ),
    "centered": _usual(Bool, "Normalise by an estimate of the gradient's variance."),
    "decoupled_weight_decay": _usual(
        Bool, "Decay the weights themselves and not through the gradient."
    ),
    # Above 0, where PyTorch takes 0 too: a gradient of 0 would be divided by 0.
    "eps": _usual(PositiveFloat, "Added to the denominator, so that nothing is divided by zero."),
    "lr": _usual(NonNegativeFloat, "Learning rate: the step's size."),
    "lr_decay": _usual(NonNegativeFloat, "Decay of the learning rate with each step."),
    "maximize": _usual(Bool, "Go up the gradient and not down."),
    "momentum": _usual(NonNegativeFloat, "Share of the last update in the next; 0 is none."),
    "nesterov": _usual(Bool, "Nesterov's momentum, which looks ahead."),
    "weight_decay": _usual(
        NonNegativeFloat, "Strength of the pull of all weights towards zero (L2)."
    ),
}

LOSS: Mapping[str, Arg] = {
    "ignore_index": _usual(Int, "Label whose images do not count."),
    "label_smoothing": _usual(Probability, "Share of the target spread evenly over all classes."),
    "margin": _usual(Float, "How far the right class must be ahead of the others."),
    "pos_weight": _usual(_PerClass, "Weight of a one among the targets, one number per class."),
    "reduction": _usual(choice("mean", "sum"), "mean or sum over the batch."),
    "weight": _usual(
        _PerClass, "Weight of each class in the order of the labels, one number per class."
    ),
}

SCHEDULER: Mapping[str, Arg] = {
    "eta_min": _usual(NonNegativeFloat, "Smallest learning rate."),
    "gamma": _usual(PositiveFloat, "Factor by which the learning rate is multiplied."),
    "total_iters": _usual(PositiveInt, "Scheduler steps until the end of the change."),
}


def described(args: Mapping[str, Arg], words: Mapping[str, str]) -> dict[str, Arg]:
    """The arguments, each with its own description or else the one that `words` has for its name."""
    return {
        name: arg if arg.description else replace(arg, description=words[name])
        for name, arg in args.items()
    }


def with_usual(args: Mapping[str, Any], usual: Mapping[str, Arg]) -> dict[str, Arg]:
    """The arguments, where a plain value is the default of the usual argument of that name."""
    return {
        name: arg if isinstance(arg, Arg) else replace(usual[name], default=arg)
        for name, arg in args.items()
    }
