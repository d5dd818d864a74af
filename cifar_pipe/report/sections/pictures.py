"""The pictures that stages made, as data URIs."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cifar_pipe.report.formatting import percent
from cifar_pipe.report.run_folder import RunFolder, StageFolder, number_of


@dataclass(frozen=True)
class Picture:
    """`alt` describes it in words."""

    id: str
    uri: str
    alt: str
    caption: str


def samples(folder: RunFolder) -> Iterator[Picture]:
    """What the show_images stages drew."""
    for stage in folder.stages:
        if stage.has("images.png"):
            facts = stage.mapping("images.json")
            labels = ", ".join(map(str, facts.get("labels") or ()))
            caption = f"Images of the {facts['split']} split" if "split" in facts else "Images"
            yield _picture(stage, "images.png", f"{caption}: {labels}", caption)


def predictions(folder: RunFolder) -> Iterator[Picture]:
    """What the predict stages drew, with how many of them are right."""
    for stage in folder.stages:
        if stage.has("predictions.png"):
            rows = stage.rows("predictions.json")
            right = sum(row.get("predicted") == row.get("label") for row in rows)
            split = stage.settings.get("split", "test")
            caption = f"{right} of {len(rows)} images of the {split} split are right"
            alt = "; ".join(map(_prediction, rows))
            yield _picture(stage, "predictions.png", alt, caption if rows else "Predictions")


def _prediction(row: dict[str, Any]) -> str:
    label, predicted = row.get("label"), row.get("predicted")
    share = number_of(row, "probability")
    probability = "" if share is None else f" ({percent(share)})"
    words = "rightly taken for" if label == predicted else "wrongly taken for"
    return f"{label} {words} {predicted}{probability}"


def _picture(stage: StageFolder, name: str, alt: str, caption: str) -> Picture:
    content = base64.b64encode((stage.path / name).read_bytes()).decode()
    return Picture(stage.id, f"data:image/png;base64,{content}", alt, caption)
