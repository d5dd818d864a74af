"""The rows: what a pipeline may write, checked before anything runs. They import no torch."""

from __future__ import annotations

from cifar_pipe.catalog.core.entry import Arg, Entry
from cifar_pipe.catalog.core.facts import CallbackFacts, LayerFacts
from cifar_pipe.catalog.core.types import Float, PositiveFloat

LOSS_GOAL = Entry(
    "callback",
    "LossGoal",
    "Ends the training when the validation loss is low enough.",
    "cifar_pipe_example.loss_goal:LossGoal",
    {"below": Arg(PositiveFloat, ..., "The loss that is low enough.")},
    facts=CallbackFacts(needs_monitor=True),
)
SCALE = Entry(
    "layer",
    "Scale",
    "Multiplies by one number, which is learnt.",
    "cifar_pipe_example.scale:Scale",
    {"start": Arg(Float, 1.0, "The number at the start.")},
    facts=LayerFacts(),
)
