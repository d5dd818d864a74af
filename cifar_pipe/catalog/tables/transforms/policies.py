"""Transforms that apply several others, by a policy that was learned or drawn."""

from __future__ import annotations

from functools import partial

from cifar_pipe.catalog.core.argument_rules import ordered
from cifar_pipe.catalog.core.entry import Arg
from cifar_pipe.catalog.core.types import (
    Bool,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    choice,
    either,
    optional,
    whole,
    whole_choice,
)
from cifar_pipe.catalog.images import transform_effects as effects
from cifar_pipe.catalog.tables.transforms.make import FILL, random

_BINS = Arg(whole(ge=2), 31, "Steps that the strengths are divided into.")
_FILL = Arg(optional(FILL), None)

_policy = partial(random, effect=effects.augmented, dtype="uint8")

POLICIES = [
    _policy(
        "AutoAugment",
        "A learnt policy of two operations per image (Cubuk et al., 2018, arXiv:1805.09501).",
    ).takes(
        policy=Arg(
            choice("imagenet", "cifar10", "svhn"),
            "imagenet",
            "The dataset that the policy was learnt on.",
        ),
        interpolation="nearest",
        fill=_FILL,
    ),
    _policy(
        "RandAugment",
        "Random operations of one strength (Cubuk et al., 2019, arXiv:1909.13719).",
        rule=ordered("magnitude", "num_magnitude_bins"),
    ).takes(
        num_ops=Arg(PositiveInt, 2, "Operations per image."),
        magnitude=Arg(NonNegativeInt, 9, "Strength, from 0 to num_magnitude_bins - 1."),
        num_magnitude_bins=_BINS,
        interpolation="nearest",
        fill=_FILL,
    ),
    _policy(
        "TrivialAugmentWide",
        "One random operation of random strength (Müller and Hutter, 2021, arXiv:2103.10158).",
    ).takes(num_magnitude_bins=_BINS, interpolation="nearest", fill=_FILL),
    _policy(
        "AugMix",
        "Mixes several chains of random operations (Hendrycks et al., 2019, arXiv:1912.02781).",
    ).takes(
        severity=Arg(whole(ge=1, le=10), 3, "Strength of the operations."),
        mixture_width=Arg(PositiveInt, 3, "Chains that are mixed."),
        chain_depth=Arg(
            either(PositiveInt, whole_choice(-1)), -1, "Operations per chain; -1 draws 1 to 3."
        ),
        alpha=Arg(PositiveFloat, 1.0, "Parameter of the mixture's distributions."),
        all_ops=Arg(Bool, True, "Whether brightness, contrast, colour and sharpness take part."),
        interpolation="bilinear",
        fill=_FILL,
    ),
]
