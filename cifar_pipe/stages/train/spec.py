"""train: the training loop's settings."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from cifar_pipe.catalog.core.argument_rules import BrokenRule
from cifar_pipe.catalog.core.component import Averaging, Callback, Loss, Optimizer, Scheduler
from cifar_pipe.catalog.core.types import Bool, PositiveFloat, PositiveInt, Str, Words
from cifar_pipe.stages.spec import StageSpec

# The settings that say how long a training is.
LENGTH = ("epochs", "steps")
_ONE_OF_THREE = Words("a mapping: {steps: N}, {epochs: N} or {minutes: N}")


class Checkpoint(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        defer_build=True,
        json_schema_extra={"x-either": ["steps", "epochs", "minutes"]},
    )

    steps: PositiveInt | None = Field(None, description="Steps from one to the next.")
    epochs: PositiveInt | None = Field(None, description="Epochs from one to the next.")
    minutes: PositiveFloat | None = Field(None, description="Minutes from one to the next.")

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        keys = tuple(Checkpoint.model_fields)
        given = tuple(key for key in keys if getattr(self, key) is not None)
        if len(given) != 1:
            wrong = "only one of them" if given else "one of them is missing"
            message = f"takes steps, epochs or minutes: {wrong}"
            raise BrokenRule(message, given or keys, exclusive=bool(given)).error("checkpoint")
        return self


class Train(StageSpec):
    """Trains the network."""

    model_config = ConfigDict(json_schema_extra={"x-either": ["epochs", "steps"]})

    NEEDS = ("data", "model")
    GIVES = ("model", "history")
    NEUTRAL = ("log_every", "checkpoint")

    epochs: PositiveInt | None = Field(None, description="How often the training takes all images.")
    steps: PositiveInt | None = Field(None, description="How many steps, instead of epochs.")
    loss: Loss = Field(description="The loss.")
    optimizer: Optimizer = Field(description="The optimizer.")
    trainable: list[Str] | None = Field(
        None,
        min_length=1,
        description="The parameters that this training changes, whatever the layers say: names, "
        "beginnings of names or patterns, [fc, layer4.*]; all others are frozen. Frozen layers run "
        "as in any training, as in PyTorch: their batch normalization follows the batches.",
    )
    scheduler: Scheduler | None = Field(None, description="Changes the learning rate as it goes.")
    accumulate: PositiveInt = Field(
        1,
        description="Batches whose gradients make one step, as of one batch of so many times the "
        "size. All that counts steps counts changes of the weights.",
    )
    clip_grad_norm: PositiveFloat | None = Field(
        None,
        description="Before each step, makes all gradients together no longer than this (L2 norm).",
    )
    clip_grad_value: PositiveFloat | None = Field(
        None, description="Before each step, cuts every gradient off at this and at minus this."
    )
    averaging: Averaging | None = Field(
        None, description="An average of the weights, to be evaluated and kept instead of the last."
    )
    callbacks: list[Callback] = Field(
        [], description="What watches the training and may end it: EarlyStopping, TimeLimit."
    )
    log_every: PositiveInt | None = Field(
        None,
        description="Prints the mean loss of the last so many steps; without it once an epoch.",
    )
    monitor: Literal["val_loss", "val_accuracy"] | None = Field(
        None, description="Measured on the validation split after each epoch; the best is reported."
    )
    restore_best: Bool = Field(
        False, description="At the end, take the weights of the epoch with the best `monitor`."
    )

    checkpoint: Annotated[Checkpoint, _ONE_OF_THREE] | None = Field(
        None,
        description="How often it is saved, to be resumed after an interruption; without it as often as costs "
        "less than 1 % of the time.",
    )

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if (self.epochs is None) == (self.steps is None):
            both = self.epochs is not None
            message = f"takes epochs or steps: {'not both' if both else 'one of them is missing'}"
            raise BrokenRule(message, ("epochs", "steps"), exclusive=both).error("length")
        if self.restore_best and self.monitor is None:
            message = "takes restore_best only with a monitor that says which epoch is best"
            raise BrokenRule(message, ("restore_best", "monitor")).error("restore_best")
        return self
