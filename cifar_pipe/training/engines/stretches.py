"""Which steps may follow each other without a return to Python, and how many of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from cifar_pipe.data.picking import Picked
from cifar_pipe.training.engine import AnyBatch

# Signals, the progress bar and checkpoints wait for so long.
_SECONDS = 0.02
_MOST = 256


@dataclass(slots=True)
class Pace:
    """How many steps are taken at a time, by what the last ones took at a stretch."""

    steps: int = 1

    def took(self, steps: int, seconds: float) -> None:
        self.steps = max(1, min(_MOST, int(_SECONDS * steps / max(seconds, 1e-9))))


def in_a_row(taken: Sequence[Sequence[AnyBatch]]) -> Picked | None:
    """The first batch of steps that take one each, as large as the first, with the rows after those of the step before."""
    found = [batches[0] for batches in taken if len(batches) == 1]
    picked = [one for one in found if isinstance(one, Picked)]
    if not picked or len(picked) < len(taken):
        return None
    follows = all(
        after.recipe is one.recipe
        and after.first == one.first + one.count
        and after.count == one.count
        for one, after in pairwise(picked)
    )
    return picked[0] if follows else None
