"""The pictures that stages made, as data URIs."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cifar_pipe.report.number_format import percent
from cifar_pipe.report.run_folder import RunFolder, number_of


@dataclass(frozen=True)
class Picture:
    """`alt` describes it in words."""

    id: str
    uri: str
    alt: str
    caption: str


def samples(folder: RunFolder) -> list[Picture]:
    """What the show_images stages drew."""
    found = []
    for stage in folder.stages:
        if stage.has("images.png"):
            facts = stage.mapping("images.json")
            labels = ", ".join(map(str, facts.get("labels") or ()))
            caption = f"Images of the {facts['split']} split" if "split" in facts else "Images"
            uri = _data_uri(stage.path / "images.png")
            found.append(Picture(stage.id, uri, f"{caption}: {labels}", caption))
    return found


def predictions(folder: RunFolder) -> list[Picture]:
    """What the predict stages drew, with how many of them are right."""
    found = []
    for stage in folder.stages:
        if stage.has("predictions.png"):
            rows = stage.rows("predictions.json")
            right = sum(row.get("predicted") == row.get("label") for row in rows)
            split = stage.settings.get("split", "test")
            caption = f"{right} of {len(rows)} images of the {split} split are right"
            alt = "; ".join(map(_prediction, rows))
            uri = _data_uri(stage.path / "predictions.png")
            found.append(Picture(stage.id, uri, alt, caption if rows else "Predictions"))
    return found


def _prediction(row: dict[str, Any]) -> str:
    label, predicted = row.get("label"), row.get("predicted")
    share = number_of(row, "probability")
    sure = "" if share is None else f" ({percent(share)})"
    words = "rightly taken for" if label == predicted else "wrongly taken for"
    return f"{label} {words} {predicted}{sure}"


def _data_uri(path: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode()
