"""What a network takes an image for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Prediction:
    """The most probable classes of an image with their probabilities, from 0 to 1, the likeliest first:
    all classes, or as many as were asked for. `path` is its file as it was named, None where it was
    none.
    """

    path: str | None
    top: tuple[tuple[str, float], ...]

    @property
    def label(self) -> str:
        """The likeliest class."""
        return self.top[0][0]

    @property
    def probability(self) -> float:
        """Of the likeliest class."""
        return self.top[0][1]

    @property
    def probabilities(self) -> Mapping[str, float]:
        """By class, the likeliest first."""
        return dict(self.top)

    def plain(self) -> dict[str, Any]:
        """As it is written as JSON."""
        file = {} if self.path is None else {"file": self.path}
        top = [{"class": name, "probability": share} for name, share in self.top]
        return {**file, "predicted": self.label, "probability": self.probability, "top": top}
