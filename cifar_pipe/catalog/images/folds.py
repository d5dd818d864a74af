"""Folds of the training images, without torch: for checks and for the division itself."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from cifar_pipe.catalog.core.argument_rules import BrokenRule
from cifar_pipe.catalog.core.types import PositiveInt


class Fold(BaseModel):
    """One of several parts of the training images."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)

    number: PositiveInt = Field(description="The fold that is held out, from 1 to `of`.")
    of: int = Field(ge=2, description="How many folds there are.")

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if self.number > self.of:
            message = f"is one of {self.of}, and its number is {self.number}"
            raise BrokenRule(message, ("number",)).error("fold")
        return self

    def size(self, images: int) -> int:
        """How many of so many images it holds; folds differ by one image at most."""
        return images // self.of + (self.number <= images % self.of)

    def __str__(self) -> str:
        return f"fold {self.number} of {self.of}"
