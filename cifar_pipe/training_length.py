"""How long a training is."""

from __future__ import annotations

from math import ceil
from typing import Literal, Self

from cifar_pipe.frozen import frozen

Per = Literal["step", "epoch"]


@frozen
class Length:
    """`steps` are all of the training, over all epochs; `steps_per_epoch` is at least 1.

    A step is a change of the weights. It takes one batch, or `accumulate` of them; the last of an
    epoch takes those that are left.
    """

    steps: int
    steps_per_epoch: int

    @classmethod
    def over(
        cls, batches: int, *, epochs: int | None, steps: int | None, accumulate: int = 1
    ) -> Self:
        """Of a training for either `epochs`, each of so many batches, or `steps`."""
        per_epoch = max(1, ceil(batches / accumulate))
        return cls(steps or (epochs or 0) * per_epoch, per_epoch)

    @property
    def epochs(self) -> int:
        """Epochs that are begun."""
        return ceil(self.steps / self.steps_per_epoch)

    def counted(self, per: Per) -> int:
        return self.steps if per == "step" else self.epochs


def batches_per_epoch(images: int, batch_size: int, *, drop_last: bool) -> int:
    """Batches of one pass over the images; `drop_last` leaves out one that is not full."""
    return images // batch_size if drop_last else ceil(images / batch_size)
