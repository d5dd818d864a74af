"""The images of a row that `pictures.py` has drawn, one by one, with their captions as text."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image

from cifar_pipe.report.language import _
from cifar_pipe.report.pictures import TILES

LARGEST_SIDE = 192


@dataclass(frozen=True)
class Tile:
    """`is_right` is None where nothing was predicted; `width` and `height` are those on the page."""

    uri: str
    lines: Sequence[str]
    is_right: bool | None
    width: int
    height: int

    @property
    def alt(self) -> str:
        return "; ".join(filter(None, self.lines)) or _("an image")


def tiles_of(png: bytes) -> list[Tile]:
    """Empty where it is another picture, or damaged."""
    try:
        with Image.open(io.BytesIO(png)) as sheet:
            facts = json.loads(sheet.info[TILES])
            size = int(facts["size"][0]), int(facts["size"][1])
            return [_tile(sheet, one, size) for one in facts["tiles"]]
    except (OSError, KeyError, IndexError, TypeError, ValueError, SyntaxError):
        return []


def _tile(sheet: Image.Image, facts: dict[str, Any], size: tuple[int, int]) -> Tile:
    left, top, right, bottom = facts["box"]
    image = sheet.crop((left, top, right, bottom))
    scale = min(1, LARGEST_SIDE / max(image.size))
    width, height = round(image.width * scale), round(image.height * scale)
    if size < image.size:
        # It was enlarged by a whole factor: these are the pixels that it had.
        image = image.resize(size, Image.Resampling.NEAREST)
    content = io.BytesIO()
    image.save(content, "WEBP", quality=88, method=2)
    uri = f"data:image/webp;base64,{base64.b64encode(content.getvalue()).decode()}"
    lines, is_right = facts["lines"], facts["right"]
    return Tile(uri, [str(one) for one in lines], is_right, width, height)
