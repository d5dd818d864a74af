"""Whether a training has diverged, by its losses alone."""

from __future__ import annotations

DIVERGED = 3
"""A training has diverged whose loss ends at more than so many times that of its first step, and that
of guessing.

A network that answers each class alike has the loss log(classes) with CrossEntropyLoss, 2.3 for ten
classes. The first step may be above that, with pixels from 0 to 255 for example, or below it, where
a trained network is trained on.
"""


def has_diverged(last: float, *, first: float, guessing: float) -> bool:
    """Whether a loss that is finite ends higher than that of any training that works."""
    return guessing != 0 and last > DIVERGED * max(abs(first), abs(guessing))
