"""The pictures that stages made, as data URIs."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cifar_pipe.report.formatting import percent
from cifar_pipe.report.language import _, term
from cifar_pipe.report.looks.names import AUGMENTED, AUGMENTED_EPOCHS, FILTERS, GRAD_CAM
from cifar_pipe.report.run_folder import RunFolder, StageFolder, number_of, rows
from cifar_pipe.report.tiles import Tile, tiles_of

MOST_SAMPLES = 8
"""Pictures of one training on the page; all of them are in the stage's folder."""


@dataclass(frozen=True)
class Picture:
    """`alt` describes it in words; `tiles` are its images one by one, where they are known."""

    id: str
    uri: str
    alt: str
    caption: str
    tiles: Sequence[Tile] = ()


def samples(folder: RunFolder) -> Iterator[Picture]:
    """What the show_images stages drew."""
    for stage in folder.stages:
        if stage.has("images.png"):
            facts = stage.mapping("images.json")
            labels = _(", ").join(map(str, facts.get("labels") or ()))
            caption = _("Images")
            if "split" in facts:
                caption = _("Images of the {split} split", split=term(str(facts["split"])))
            yield picture_of(
                stage,
                "images.png",
                _("{caption}: {labels}", caption=caption, labels=labels),
                caption,
            )


def augmented(folder: RunFolder) -> Iterator[Picture]:
    """What the random transforms make of a few training images."""
    for stage in folder.stages:
        if stage.has(AUGMENTED):
            caption = _(
                "Training images as they were loaded, and below them as the first "
                "{epochs} epochs have them after the transforms",
                epochs=AUGMENTED_EPOCHS,
            )
            yield picture_of(stage, AUGMENTED, caption, caption)


def trained_filters(folder: RunFolder) -> Iterator[Picture]:
    """The first filters of each network that was trained."""
    for stage in folder.stages:
        if stage.has(FILTERS):
            caption = _(
                "The filters of the first convolution after {stage}; middle grey is 0",
                stage=stage.id,
            )
            yield picture_of(stage, FILTERS, caption, caption)


def heat_maps(folder: RunFolder) -> Iterator[Picture]:
    """Where the network found what it took its worst mistakes for."""
    caption = _(
        "What speaks for the network's answer, by Grad-CAM, in its mistakes of the highest loss"
    )
    for stage in folder.stages:
        if stage.has(GRAD_CAM):
            alt = _("; ").join(map(_prediction, stage.rows("grad_cam.json")))
            yield picture_of(stage, GRAD_CAM, alt, caption)


def predictions(folder: RunFolder) -> Iterator[Picture]:
    """What the predict stages drew, with how many of them are right."""
    for stage in folder.stages:
        if stage.has("predictions.png"):
            images = stage.rows("predictions.json")
            right = sum(row.get("predicted") == row.get("label") for row in images)
            split = str(stage.settings.get("split", "test"))
            caption = _right(right, len(images), split)
            alt = _("; ").join(map(_prediction, images))
            yield picture_of(stage, "predictions.png", alt, caption if images else _("Predictions"))


def samples_of(stage: StageFolder) -> list[Picture]:
    """What a training drew of its predictions: at most so many, from the first to the last."""
    folders = sorted(one for one in stage.path.glob("*/epoch_*.png"))
    step = max(1, math.ceil((len(folders) - 1) / (MOST_SAMPLES - 1)))
    shown = dict.fromkeys([*folders[::step], *folders[-1:]])
    return [_sample(stage, path) for path in shown]


def _sample(stage: StageFolder, path: Path) -> Picture:
    name = path.relative_to(stage.path).as_posix()
    facts = stage.mapping(f"{name.removesuffix('.png')}.json")
    images = rows(facts.get("images"))
    right = sum(row.get("predicted") == row.get("label") for row in images)
    caption = _(
        "After epoch {epoch}: {what}",
        epoch=facts.get("epoch"),
        what=_right(right, len(images), str(facts.get("split"))),
    )
    alt = _("; ").join(map(_prediction, images))
    return picture_of(stage, name, alt, caption)


def _prediction(row: dict[str, Any]) -> str:
    label, predicted = row.get("label"), row.get("predicted")
    share = number_of(row, "probability")
    words = (
        _("{label} rightly taken for {predicted}", label=label, predicted=predicted)
        if label == predicted
        else _("{label} wrongly taken for {predicted}", label=label, predicted=predicted)
    )
    if share is None:
        return words
    return _("{value} ({interval})", value=words, interval=percent(share))


def _right(right: int, images: int, split: str) -> str:
    return _(
        "{right} of {all} images of the {split} split are right",
        right=right,
        all=images,
        split=term(split),
    )


def picture_of(stage: StageFolder, name: str, alt: str, caption: str) -> Picture:
    """Of a PNG in the stage's folder."""
    return picture_from((stage.path / name).read_bytes(), stage.id, alt, caption)


def picture_from(png: bytes, id: str, alt: str, caption: str) -> Picture:  # noqa: A002
    tiles = tiles_of(png)
    uri = "" if tiles else f"data:image/png;base64,{base64.b64encode(png).decode()}"
    return Picture(id, uri, alt, caption, tiles)
