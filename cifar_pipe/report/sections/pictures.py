"""The pictures that stages made, as data URIs."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PIL import Image

from cifar_pipe.report.formatting import percent
from cifar_pipe.report.looks import augmentation, filters, grad_cam
from cifar_pipe.report.pictures import tiles_of
from cifar_pipe.report.run_folder import RunFolder, StageFolder, number_of, rows

_Told = tuple[Sequence[str], str, bool | None]
"""Of one image: the lines below it, what it shows in words, and whether it was taken for what it is."""
MOST_SAMPLES = 8
"""Pictures of one training on the page; all of them are in the stage's folder."""


@dataclass(frozen=True)
class Tile:
    """One image with the lines below it; `is_right` of what a network took it for."""

    uri: str
    alt: str
    lines: Sequence[str]
    is_right: bool | None = None


@dataclass(frozen=True)
class Picture:
    """`alt` describes it in words. `tiles` are its images one by one, where they can be told apart: a
    page can show these in any width and in the dark.
    """

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
            labels = list(map(str, facts.get("labels") or ()))
            caption = f"Images of the {facts['split']} split" if "split" in facts else "Images"
            found = picture_of(stage, "images.png", f"{caption}: {', '.join(labels)}", caption)
            told = [
                ((label,), f"an image of {label}" if label else "an image", None)
                for label in labels
            ]
            yield _with_tiles(found, stage, "images.png", told, lines=1)


def augmented(folder: RunFolder) -> Iterator[Picture]:
    """What the random transforms make of a few training images."""
    for stage in folder.stages:
        if stage.has(augmentation.NAME):
            caption = (
                "Training images as they were loaded, and below them as the first "
                f"{augmentation.EPOCHS} epochs have them after the transforms"
            )
            yield picture_of(stage, augmentation.NAME, caption, caption)


def trained_filters(folder: RunFolder) -> Iterator[Picture]:
    """The first filters of each network that was trained."""
    for stage in folder.stages:
        if stage.has(filters.NAME):
            caption = f"The filters of the first convolution after {stage.id}; middle grey is 0"
            yield picture_of(stage, filters.NAME, caption, caption)


def heat_maps(folder: RunFolder) -> Iterator[Picture]:
    """Where the network found what it took its worst mistakes for."""
    for stage in folder.stages:
        if stage.has(grad_cam.NAME):
            images = stage.rows("grad_cam.json")
            caption = "What speaks for the network's answer, by Grad-CAM, in its mistakes of the highest loss"
            found = picture_of(stage, grad_cam.NAME, "; ".join(map(_prediction, images)), caption)
            told = [
                ((str(one.get("predicted")), f"is {one.get('label')}"), _prediction(one), False)
                for one in images
            ]
            yield _with_tiles(found, stage, grad_cam.NAME, told, lines=2)


def predictions(folder: RunFolder) -> Iterator[Picture]:
    """What the predict stages drew, with how many of them are right."""
    for stage in folder.stages:
        if stage.has("predictions.png"):
            images = stage.rows("predictions.json")
            right = sum(row.get("predicted") == row.get("label") for row in images)
            split = stage.settings.get("split", "test")
            caption = f"{right} of {len(images)} images of the {split} split are right"
            alt = "; ".join(map(_prediction, images))
            found = picture_of(stage, "predictions.png", alt, caption if images else "Predictions")
            yield _with_tiles(found, stage, "predictions.png", _predicted(images), lines=2)


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
    caption = f"{right} of {len(images)} images of the {facts.get('split')} split are right"
    alt = "; ".join(map(_prediction, images))
    found = picture_of(stage, name, alt, f"After epoch {facts.get('epoch')}: {caption}")
    return _with_tiles(found, stage, name, _predicted(images), lines=2)


def _predicted(images: Sequence[dict[str, Any]]) -> list[_Told]:
    found: list[_Told] = []
    for one in images:
        label, predicted = str(one.get("label")), str(one.get("predicted"))
        share = number_of(one, "probability")
        first = predicted if share is None else f"{predicted} {percent(share)}"
        is_right = label == predicted
        lines = (first,) if is_right else (first, f"is {label}")
        found.append((lines, _prediction(one), is_right))
    return found


def _with_tiles(
    found: Picture, stage: StageFolder, name: str, told: Sequence[_Told], *, lines: int
) -> Picture:
    try:
        images = tiles_of((stage.path / name).read_bytes(), len(told), lines=lines)
    except OSError:
        return found
    tiles = [
        Tile(_uri(image), alt, words, is_right)
        for image, (words, alt, is_right) in zip(images, told, strict=False)
    ]
    return replace(found, tiles=tiles)


def _uri(image: Image.Image) -> str:
    content = io.BytesIO()
    image.save(content, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"


def _prediction(row: dict[str, Any]) -> str:
    label, predicted = row.get("label"), row.get("predicted")
    share = number_of(row, "probability")
    probability = "" if share is None else f" ({percent(share)})"
    words = "rightly taken for" if label == predicted else "wrongly taken for"
    return f"{label} {words} {predicted}{probability}"


def picture_of(stage: StageFolder, name: str, alt: str, caption: str) -> Picture:
    """Of a PNG in the stage's folder."""
    content = base64.b64encode((stage.path / name).read_bytes()).decode()
    return Picture(stage.id, f"data:image/png;base64,{content}", alt, caption)
