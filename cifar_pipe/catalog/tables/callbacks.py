"""What watches a training and may end it."""

from __future__ import annotations

from cifar_pipe.catalog.core.entry import Arg, Entry, table
from cifar_pipe.catalog.core.facts import CallbackFacts
from cifar_pipe.catalog.core.types import (
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    choice,
    optional,
)

TABLE = table(
    "callback",
    [
        Entry(
            "callback",
            "EarlyStopping",
            "Ends the training when `monitor` has not become better for some epochs.",
            "cifar_pipe.training.callbacks.early_stopping:EarlyStopping",
            facts=CallbackFacts(needs_monitor=True, patience="patience"),
        ).takes(
            patience=Arg(PositiveInt, 3, "Epochs in a row without a better value."),
            min_delta=Arg(
                NonNegativeFloat, 0.0, "A value is better if it is so by more than this."
            ),
        ),
        Entry(
            "callback",
            "TimeLimit",
            "Ends the training after some time, within an epoch too; it ends as if it were over.",
            "cifar_pipe.training.callbacks.time_limit:TimeLimit",
            facts=CallbackFacts(),
        ).takes(minutes=Arg(PositiveFloat, ..., "Minutes from the training's first step.")),
        Entry(
            "callback",
            "SamplePredictions",
            "Draws what the network takes the same few images for, as the training goes: on the page.",
            "cifar_pipe.report.sample_predictions:SamplePredictions",
            facts=CallbackFacts(split="split"),
        ).takes(
            split=Arg(
                optional(choice("train", "val", "test")),
                None,
                "Split of the images; null: val, or test where there is none.",
            ),
            count=Arg(PositiveInt, 8, "How many images; the classes take turns."),
            every=Arg(PositiveInt, 1, "Epochs from one picture to the next."),
        ),
        Entry(
            "callback",
            "LearningRateLog",
            "Adds the learning rates of all groups of parameters to metrics.jsonl.",
            "cifar_pipe.training.callbacks.learning_rate_log:LearningRateLog",
            facts=CallbackFacts(),
        ).takes(
            per=Arg(choice("step", "epoch"), "epoch", "A row for each step or for each epoch."),
        ),
    ],
)
