"""Averages of the weights over a training: what is evaluated and saved instead of the last ones."""

from __future__ import annotations

from cifar_pipe.catalog.core.entry import Arg, Entry, table
from cifar_pipe.catalog.core.facts import AveragingFacts
from cifar_pipe.catalog.core.types import (
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    choice,
    number,
    optional,
)

_LINK = "https://docs.pytorch.org/docs/stable/optim.html#weight-averaging-swa-and-ema"

TABLE = table(
    "averaging",
    [
        Entry(
            "averaging",
            "EMA",
            "Exponential moving average of the weights and buffers, updated after each step.",
            "cifar_pipe.training.averaging:EMA",
            link=_LINK,
            facts=AveragingFacts(),
        ).takes(
            decay=Arg(number(ge=0, lt=1), 0.999, "Share of the average that each update keeps."),
            every=Arg(PositiveInt, 1, "Steps from one update to the next."),
        ),
        Entry(
            "averaging",
            "SWA",
            "Mean of the weights at the ends of the last epochs (stochastic weight averaging); the "
            "statistics of batch norms are measured anew with it.",
            "cifar_pipe.training.averaging:SWA",
            link=_LINK,
            facts=AveragingFacts(starts="start"),
        ).takes(
            start=Arg(PositiveInt, ..., "The first epoch whose weights are averaged; from 1."),
            lr=Arg(
                optional(PositiveFloat),
                None,
                "Learning rate from then on, instead of the scheduler's (SWALR); null leaves it.",
            ),
            anneal_epochs=Arg(NonNegativeInt, 10, "Epochs in which the rate becomes `lr`."),
            anneal_strategy=Arg(choice("cos", "linear"), "cos", "How the rate becomes `lr`."),
        ),
    ],
)
