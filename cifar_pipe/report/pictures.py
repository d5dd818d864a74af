"""Images with captions, as one PNG: the tutorial's `imshow(make_grid(...))`, with names below."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from PIL import Image, ImageDraw, ImageOps, PngImagePlugin

from cifar_pipe.report.fonts import font_for, shortened

if TYPE_CHECKING:  # Who reads the pictures needs no torch.
    import torch

    from cifar_pipe.training.evaluation.predictions import Predictions

SMALLEST_SIDE = 128
LARGEST_SIDE = 384
WIDEST_ROW = 8
GAP = 16
LINE_HEIGHT = 21
FONT_SIZE = 16
MARK_SIZE = 14
# Marks are drawn at this multiple and made smaller, since PIL's lines are not antialiased.
OVERSAMPLING = 4

BACKGROUND = "#ffffff"
FRAME = "#d8dce2"
INK = "#1f2328"
TILES = "tiles"
"""The PNG's text that says where each image is, and its caption: `tiles.py` takes them out again."""

Mark = Literal["✓", "✗"]
STROKES: dict[Mark, list[list[tuple[float, float]]]] = {
    "✓": [[(0.12, 0.55), (0.40, 0.82), (0.88, 0.22)]],
    "✗": [[(0.18, 0.20), (0.82, 0.84)], [(0.82, 0.20), (0.18, 0.84)]],
}
# Okabe and Ito's bluish green and vermilion, darkened to a contrast of 4.5 on white.
COLOURS: dict[Mark, str] = {"✓": "#00745a", "✗": "#b34700"}


def image_row(
    images: torch.Tensor, captions: Sequence[str], *, marks: Sequence[bool] | None = None
) -> bytes:
    """A PNG of uint8 `images` `[n, 1 | 3, H, W]`, each with its caption centred below.

    Small images are enlarged by a whole factor without smoothing until both sides reach 128
    pixels; large ones are made to fit 384. A caption may have several lines; a line too long for
    its image is cut with an ellipsis. `marks` say which captions are right: these get a tick, the
    others a cross, besides the colour. There are at most 8 in a row, and the rows are as even as
    possible.
    """
    assert images.ndim == 4, images.shape
    assert len(captions) == len(images), (len(captions), len(images))
    tiles = [_tile(image) for image in images]
    texts = [caption.splitlines() or [""] for caption in captions]
    columns = math.ceil(len(tiles) / math.ceil(len(tiles) / WIDEST_ROW))
    rows = math.ceil(len(tiles) / columns)
    width, height = tiles[0].size
    cell_width = width + GAP
    cell_height = height + 8 + LINE_HEIGHT * max(map(len, texts)) + GAP
    sheet = Image.new("RGB", (columns * cell_width + GAP, rows * cell_height + GAP), BACKGROUND)
    pen = ImageDraw.Draw(sheet)
    places = []
    for index, (tile, lines) in enumerate(zip(tiles, texts, strict=True)):
        x, y = GAP + index % columns * cell_width, GAP + index // columns * cell_height
        sheet.paste(tile, (x, y))
        pen.rectangle((x - 1, y - 1, x + width, y + height), outline=FRAME)
        right = None if marks is None else marks[index]
        mark: Mark | None = None if right is None else "✓" if right else "✗"
        places.append({"box": [x, y, x + width, y + height], "lines": lines, "right": right})
        _write_caption(sheet, (x, y + height + 8, width), lines, mark)
    facts = PngImagePlugin.PngInfo()
    facts.add_text(TILES, json.dumps({"size": images.shape[-1:-3:-1], "tiles": places}), zip=True)
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG", optimize=True, pnginfo=facts)
    return buffer.getvalue()


def predicted_row(found: Predictions) -> bytes:
    """A PNG of the images, each with what it is taken for, and in brackets what it is."""
    captions = [
        f"{row['predicted']} {100 * row['probability']:.0f} %\n({row['label']})"
        for row in found.rows()
    ]
    marks = [one == other for one, other in zip(found.labels, found.predicted, strict=True)]
    return image_row(found.pictures, captions, marks=marks)


def _tile(image: torch.Tensor) -> Image.Image:
    """A uint8 image `[1 | 3, H, W]` in RGB, enlarged or made smaller."""
    picture = Image.fromarray(image.expand(3, -1, -1).permute(1, 2, 0).contiguous().cpu().numpy())
    smaller, larger = sorted(picture.size)
    factor = max(1, min(math.ceil(SMALLEST_SIDE / smaller), LARGEST_SIDE // larger))
    picture = ImageOps.scale(picture, factor, Image.Resampling.NEAREST)
    picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    return picture


def _write_caption(
    sheet: Image.Image, place: tuple[int, int, int], lines: Sequence[str], mark: Mark | None
) -> None:
    """Writes `lines` centred into `place` (left, top, width); the mark precedes the first."""
    left, top, width = place
    pen, font = ImageDraw.Draw(sheet), font_for("".join(lines), FONT_SIZE)
    for number, line in enumerate(lines):
        first = mark if number == 0 else None
        indent = MARK_SIZE + 4 if first else 0
        text = shortened(line, width - indent, width_of=font.getlength)
        start = left + (width - indent - font.getlength(text)) / 2
        middle = top + number * LINE_HEIGHT + LINE_HEIGHT / 2
        ink = COLOURS[first] if first else INK
        if first:
            sheet.paste(ink, (round(start), round(middle - MARK_SIZE / 2)), _mask(first))
        pen.text((start + indent, middle), text, fill=ink, font=font, anchor="lm")


def _mask(mark: Mark) -> Image.Image:
    """The mark drawn, not written: the font that comes with PIL has neither sign."""
    size = MARK_SIZE * OVERSAMPLING
    mask = Image.new("L", (size, size), 0)
    pen = ImageDraw.Draw(mask)
    for stroke in STROKES[mark]:
        points = [(x * size, y * size) for x, y in stroke]
        pen.line(points, fill=255, width=round(size * 0.16), joint="curve")
    return mask.resize((MARK_SIZE, MARK_SIZE), Image.Resampling.BOX)
