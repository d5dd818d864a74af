"""load_data: the images, their labels and how they become batches."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, Field, model_validator

from cifar_pipe.catalog.core.argument_rules import BrokenRule
from cifar_pipe.catalog.core.component import Dataset, Sampler, Transform
from cifar_pipe.catalog.core.types import Bool, PositiveInt, Str
from cifar_pipe.catalog.images.folds import Fold
from cifar_pipe.stages.spec import SETTINGS, StageSpec


class SplitTransforms(BaseModel):
    """Transforms of each split, as they are written; the validation split takes those of test."""

    model_config = SETTINGS

    train: list[Transform] = Field(description="Transforms of the training images, in order.")
    test: list[Transform] = Field(description="Transforms of all other images, in order.")


class LoadData(StageSpec):
    """Loads a dataset and makes its batches."""

    GIVES = ("data",)
    CODE = 2
    # A test image of one stage must not be a training image of another over the same files.
    DRAWS_BY_ID = False

    dataset: Dataset = Field(description="The dataset.")
    classes: list[Str] | dict[str, Str] | None = Field(
        None,
        description="Names of the classes, in the order of their labels, or a mapping that renames "
        "some, {airplane: plane}; without it the dataset's.",
    )
    transforms: list[Transform] | SplitTransforms = Field(
        [],
        description="Transforms in order. In a list, the random ones work on the training split "
        "only (those that draw something: not a flip with p 1, nor a blur of one sigma); "
        "{train: [...], test: [...]} gives each split's as they are.",
    )
    batch_size: PositiveInt = Field(1, description="Images per training batch.")
    shuffle: Bool = Field(True, description="Draw a new order of the training images each epoch.")
    sampler: Sampler | None = Field(
        None,
        description="Which training images an epoch takes, and how often; without it each once.",
    )
    drop_last: Bool = Field(False, description="Leave out a last training batch that is not full.")
    validation_split: float | None = Field(
        None,
        gt=0,
        lt=1,
        allow_inf_nan=False,
        description="Share of the training images of each class set aside, drawn from the seed, as "
        "split `val`.",
    )
    fold: Fold | None = Field(
        None,
        description="A fold of the training images, {number: 1, of: 5}, that is held out as split "
        "`test`, in place of the dataset's own test images; the folds are drawn from the seed, with "
        "the images of each class spread evenly. `run --folds 5` runs all five.",
    )

    @model_validator(mode="after")
    def _one_order(self) -> Self:
        if self.sampler is not None and not self.shuffle:
            message = "takes a sampler, which draws the order, only without shuffle: false"
            raise BrokenRule(message, ("shuffle", "sampler")).error("sampler")
        return self
