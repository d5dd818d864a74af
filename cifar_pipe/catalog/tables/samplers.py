"""Which training images an epoch takes, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cifar_pipe.catalog.core.argument_rules import BrokenRule
from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.entry import Arg, Entry, table
from cifar_pipe.catalog.core.facts import SamplerFacts, sampler_facts
from cifar_pipe.catalog.core.types import (
    Bool,
    NonNegativeFloat,
    PositiveInt,
    choice,
    either,
    list_of,
    optional,
    whole,
)


def _draws_something(arguments: Mapping[str, Any]) -> BrokenRule | None:
    weights = arguments["weights"]
    if isinstance(weights, list) and not any(weights):
        return BrokenRule("needs a weight above 0: with these it takes no image", ("weights",))
    return None


TABLE = table(
    "sampler",
    [
        Entry(
            "sampler",
            "WeightedRandomSampler",
            "Draws the images of an epoch at random, those of rare classes more often.",
            "cifar_pipe.data.sampling:weighted",
            link="https://docs.pytorch.org/docs/stable/data.html"
            "#torch.utils.data.WeightedRandomSampler",
            facts=SamplerFacts(length="num_samples", per_class="weights"),
            rule=_draws_something,
        ).takes(
            weights=Arg(
                either(
                    list_of(NonNegativeFloat, minimum=2),
                    choice("balanced"),
                    expected="balanced, or a list of numbers of at least 0",
                ),
                "balanced",
                "Weight of an image of each class, one number per class; balanced: every class is "
                "drawn as often.",
            ),
            num_samples=Arg(
                optional(PositiveInt), None, "Images per epoch; null: as many as there are."
            ),
            replacement=Arg(Bool, True, "Whether an epoch may take an image several times."),
        ),
        Entry(
            "sampler",
            "RepeatAugSampler",
            "Takes each image several times in a row, each time augmented differently; an epoch is "
            "as long as without it, and takes fewer different images (repeated augmentation).",
            "cifar_pipe.data.sampling:repeated",
            link="https://arxiv.org/abs/1901.09335",
            facts=SamplerFacts(),
        ).takes(num_repeats=Arg(whole(ge=2), 3, "How often an image is taken.")),
    ],
)


def images_per_epoch(sampler: Component | None, count: int) -> int:
    """How many images an epoch takes of `count`."""
    length = sampler_facts(sampler).length if sampler is not None else None
    wanted: int | None = sampler.get(length) if sampler is not None and length else None
    return wanted or count
