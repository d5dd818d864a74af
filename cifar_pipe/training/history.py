"""How a training went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from cifar_pipe.catalog.core.component import Component


@dataclass(frozen=True)
class Best:
    """The epoch (1-based) in which `metric` was best; accuracies are fractions."""

    epoch: int
    metric: str
    value: float


@dataclass(frozen=True)
class History:
    """`epochs` counts begun ones, `steps` weight updates, `seconds` the training alone.

    `rows` are the log points, as metrics.jsonl has them. `choices` are those for speed:
    engine, threads, oneDNN, fused.
    """

    epochs: int
    steps: int
    seconds: float
    images_per_second: float
    loss: Component
    rows: Sequence[Mapping[str, Any]] = ()
    best: Best | None = None
    choices: Mapping[str, Any] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """What history.json holds."""
        return {
            "epochs": self.epochs,
            "steps": self.steps,
            "seconds": round(self.seconds, 3),
            "images_per_second": round(self.images_per_second, 1),
            **({"best": asdict(self.best)} if self.best else {}),
            "choices": dict(self.choices),
        }
