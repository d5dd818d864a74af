"""What the tests of the doctor share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cifar_pipe.data.image_files.reader import ImageReader
from cifar_pipe.data.thread_pool import Uninterrupted
from cifar_pipe.doctor.collection import Collection, Header, Picture, Pixels
from cifar_pipe.doctor.diagnose import diagnose
from cifar_pipe.doctor.examine import examine_files
from cifar_pipe.doctor.finding import Check
from cifar_pipe.doctor.listing import list_folder
from tests.kit import RecordedEvents

WATCH = Uninterrupted(RecordedEvents())


def findings(root: Path) -> dict[str, dict[str, Any]]:
    """Of a folder, by their kinds, as JSON has them."""
    collection = examine_files(list_folder(root), ImageReader(), WATCH)
    return {one["kind"]: one for one in diagnose(collection, WATCH).plain()["findings"]}


def names(finding: dict[str, Any]) -> set[str]:
    return {image["name"] for image in finding["images"]}


def picture(
    name: str = "a.jpg",
    split: str = "train",
    label: str | None = "cat",
    *,
    size: tuple[int, int] = (32, 32),
    digest: bytes | None = None,
    spread: int = 200,
    **header: Any,
) -> Picture:
    """A picture of which only what is given is unlike others."""
    values = {"format": "JPEG", "mode": "RGB", "bits": 8, "turned": False, "several": False}
    made = Header(**{**values, "transparent": False, **header})
    pixels = Pixels(size, digest or f"{split}/{name}".encode(), spread)
    return Picture(name, split, 0, label, made, pixels)


def collection(pictures: Sequence[Picture], **more: Any) -> Collection:
    classes = tuple(sorted({one.label for one in pictures if one.label}))
    thumbnails = np.zeros((len(pictures), 32, 32), np.uint8)
    return Collection(
        **{"classes": classes, **more}, name="data", pictures=pictures, thumbnails=thumbnails
    )


def found(
    check: Check, pictures: Sequence[Picture], **more: Any
) -> dict[str, tuple[str, list[int]]]:
    """By kind, the message and the images of what a check finds."""
    made = check.check(collection(pictures, **more))
    return {one.kind.name: (one.message, [*one.images]) for one in made}
