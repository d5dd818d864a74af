"""What each argument means, said once for all components of a kind that have it.

Where one component means something else by the same name, its own table says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cifar_pipe.catalog.core.entry import Arg

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

OPTIMIZER: Mapping[str, str] = {
    "amsgrad": "Divide by the largest second moment so far (the AMSGrad variant).",
    "betas": "Decay rates of the running means of the gradient and of its square.",
    "centered": "Normalise by an estimate of the gradient's variance.",
    "decoupled_weight_decay": "Decay the weights themselves and not through the gradient.",
    "eps": "Added to the denominator, so that nothing is divided by zero.",
    "lr": "Learning rate: the step's size.",
    "lr_decay": "Decay of the learning rate with each step.",
    "maximize": "Go up the gradient and not down.",
    "momentum": "Share of the last update in the next; 0 is none.",
    "nesterov": "Nesterov's momentum, which looks ahead.",
    "weight_decay": "Strength of the pull of all weights towards zero (L2).",
}

LOSS: Mapping[str, str] = {
    "ignore_index": "Label whose images do not count.",
    "label_smoothing": "Share of the target spread evenly over all classes.",
    "margin": "How far the right class must be ahead of the others.",
    "pos_weight": "Weight of a one among the targets, one number a class.",
    "reduction": "mean or sum over the batch.",
    "weight": "Weight of each class in the order of the labels, one number a class.",
}

SCHEDULER: Mapping[str, str] = {
    "eta_min": "Smallest learning rate.",
    "gamma": "Factor by which the learning rate is multiplied.",
    "total_iters": "Scheduler steps until the end of the change.",
}


def described(args: Mapping[str, Arg], words: Mapping[str, str]) -> dict[str, Arg]:
    """The arguments, each with its own description or else the one that `words` has for its name."""
    return {
        name: arg if arg.description else replace(arg, description=words[name])
        for name, arg in args.items()
    }
