"""How long a training is: one definition for the loop, the schedulers and the checks."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Literal

Per = Literal["step", "epoch"]


@dataclass(frozen=True)
class Length:
    """`steps` are all of the training's steps, over all epochs."""

    steps: int
    steps_per_epoch: int

    @classmethod
    def of(
        cls,
        *,
        epochs: int | None,
        steps: int | None,
        images: int,
        batch_size: int,
        drop_last: bool,
    ) -> Length:
        """Of so many epochs over so many images, or of so many steps; an epoch has one at least."""
        per_epoch = max(1, images // batch_size if drop_last else ceil(images / batch_size))
        return cls(steps or (epochs or 0) * per_epoch, per_epoch)

    @property
    def epochs(self) -> int:
        """Epochs that are begun."""
        return ceil(self.steps / self.steps_per_epoch)

    def counted(self, per: Per) -> int:
        """How often a scheduler steps that counts steps, or epochs."""
        return self.steps if per == "step" else self.epochs
