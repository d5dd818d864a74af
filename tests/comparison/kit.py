"""Run directories as small as a comparison reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.cases.case import BASE

CLASSES = ("cat", "dog")


def make_run(
    path: Path,
    *,
    lr: float = 0.001,
    seed: int = 0,
    accuracy: float = 0.5,
    answers: Sequence[tuple[str, str]] = (),
    **state: Any,
) -> Path:
    """A run of the base pipeline that is done; `answers` are what each test image is, and was taken
    for.
    """
    (path / "stages" / "evaluate").mkdir(parents=True)
    text = BASE.replace("lr: 0.001", f"lr: {lr}").replace("seed: 0", f"seed: {seed}")
    (path / "resolved.yaml").write_text(text)
    evaluated: Mapping[str, Any] = {
        "split": "test",
        "images": 20,
        "accuracy": accuracy,
        "accuracy_interval": [accuracy - 0.1, accuracy + 0.1],
        "loss": 2.0 - accuracy,
    }
    whole = {
        "status": "done",
        "name": "lenet",
        "seed": seed,
        "data": {"dataset": "Shapes", "stand_in": False, "train": 40, "test": 20},
        "stages": {"train": {"status": "ran", "seconds": 2.0}},
        "metrics": {"evaluate": evaluated},
    }
    (path / "run.json").write_text(json.dumps({**whole, **state}))
    if answers:
        rows = [f"{at},{one},{other},0.9,0.1," for at, (one, other) in enumerate(answers)]
        head = "index,label,predicted,probability,loss,file"
        lines = "\n".join([head, *rows]) + "\n"
        (path / "stages" / "evaluate" / "predictions.csv").write_text(lines)
    return path
