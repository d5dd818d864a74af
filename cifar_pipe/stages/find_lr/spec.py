"""find_lr: the settings of a learning-rate range test."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from cifar_pipe.catalog.core.argument_rules import BrokenRule
from cifar_pipe.catalog.core.types import PositiveFloat, PositiveInt, number, optional, whole
from cifar_pipe.stages.trial import Trial


class FindLr(Trial):
    """Finds a learning rate: trains a copy of the network with one that grows, step by step."""

    accumulate: PositiveInt = Field(1, description="Batches whose gradients make one step.")
    clip_grad_norm: PositiveFloat | None = Field(
        None, description="Before each step, makes all gradients together no longer than this."
    )
    clip_grad_value: PositiveFloat | None = Field(
        None, description="Before each step, cuts every gradient off at this and at minus this."
    )
    start_lr: PositiveFloat = Field(1e-6, description="Learning rate of the first step.")
    end_lr: PositiveFloat = Field(
        10.0, description="Learning rate of the last step; between them it grows exponentially."
    )
    steps: whole(ge=10, le=100_000) = Field(  # type: ignore[valid-type]
        300,
        description="How many steps it trains at most; batches of a few images need 1000 and more.",
    )
    smoothing: optional(number(ge=0, lt=1)) = Field(  # type: ignore[valid-type]
        None,
        description="Share of the mean loss so far in the smoothed loss, 0 leaves it as it is; without "
        "it 1 - 20 / steps.",
    )
    early_stop_threshold: optional(number(gt=1)) = Field(  # type: ignore[valid-type]
        4.0,
        description="Ends once the smoothed loss is so many times its lowest; null lets it go on.",
    )

    @model_validator(mode="after")
    def _grows(self) -> Self:
        if self.start_lr >= self.end_lr:
            message = f"takes a end_lr above start_lr, which is {self.start_lr:g}"
            raise BrokenRule(message, ("end_lr", "start_lr")).error("range")
        return self
