"""The settings of a stage that trains a copy of the network for some steps, to find a setting."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from cifar_pipe.catalog.core.component import Loss, Optimizer
from cifar_pipe.catalog.core.types import Str
from cifar_pipe.stages.spec import StageSpec


class Trial(StageSpec):
    """Tries out a training, and gives nothing that others take."""

    NEEDS = ("data", "model")

    # As of a training (pipeline/roles.py), of which a trial has none.
    epochs: ClassVar[int | None] = None
    scheduler: ClassVar[None] = None
    log_every: ClassVar[int | None] = None

    for_stage: Str = Field(
        "train", description="Id of the training that the setting is for: the loss is its loss."
    )
    loss: Loss = Field(description="The loss.")
    optimizer: Optimizer = Field(description="The optimizer.")
    trainable: list[Str] | None = Field(
        None,
        min_length=1,
        description="The parameters that the training changes: names, beginnings of names or patterns.",
    )
