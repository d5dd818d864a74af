"""A scene as a PNG."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from PIL import Image, ImageColor, ImageDraw, ImageOps

from cifar_pipe.report.drawing import scene as scenes
from cifar_pipe.report.drawing.fonts import font_for
from cifar_pipe.report.drawing.scene import LIGHT, Dot, Line, Point, Rect, Scene, Shape, Text, Tiles

# PIL's lines are not antialiased: the picture is drawn at this multiple and made smaller.
OVERSAMPLING = 2
PNG_MARGIN = 12


def to_png(scene: Scene, *, scale: int = 2) -> bytes:
    """The scene on a light ground with a margin of 12 units; `scale` pixels for each unit."""
    factor = scale * OVERSAMPLING
    size = round(scene.width * factor), round(scene.height * factor)
    sheet = Image.new("RGB", size, LIGHT["surface"])
    for shape in scene.shapes:
        _draw(sheet, shape, factor)
    sheet = ImageOps.expand(sheet, PNG_MARGIN * factor, LIGHT["surface"])
    buffer = io.BytesIO()
    sheet.reduce(OVERSAMPLING).save(buffer, "PNG")
    return buffer.getvalue()


def _draw(sheet: Image.Image, shape: Shape, factor: int) -> None:
    pen, colour = ImageDraw.Draw(sheet), LIGHT[shape.colour]
    match shape:
        case Rect():
            _draw_rect(pen, (shape.x, shape.y), shape, factor)
        case Tiles():
            for corner in shape.corners:
                _draw_rect(pen, corner, shape, factor)
        case Line():
            points = [(x * factor, y * factor) for x, y in shape.points]
            width = max(1, round(shape.width * factor))
            for piece in _dashes(points, 4 * factor, 3 * factor) if shape.dashed else [points]:
                pen.line(piece, fill=colour, width=width, joint="curve")
        case Dot():
            pen.circle((shape.x * factor, shape.y * factor), shape.radius * factor, fill=colour)
        case Text():
            _draw_text(sheet, shape, factor)


def _draw_rect(pen: ImageDraw.ImageDraw, corner: Point, shape: Rect | Tiles, factor: int) -> None:
    (x, y), (width, height) = corner, (shape.width, shape.height)
    left, top = round(x * factor), round(y * factor)
    right, bottom = round((x + width) * factor) - 1, round((y + height) * factor) - 1
    over, under = ImageColor.getrgb(LIGHT[shape.colour]), ImageColor.getrgb(LIGHT["surface"])
    part = shape.opacity
    mixed = (round(o * part + u * (1 - part)) for o, u in zip(over, under, strict=True))
    pen.rectangle((left, top, max(left, right), max(top, bottom)), fill=tuple(mixed))


def _draw_text(sheet: Image.Image, shape: Text, factor: int) -> None:
    text = scenes.plain(shape.text)
    font = font_for(text, shape.size * factor)
    colour = LIGHT[shape.colour]
    x, y = shape.x * factor, shape.y * factor
    length = font.getlength(text)
    shift = {"start": 0.0, "middle": length / 2, "end": length}[shape.anchor]
    if not shape.angle:
        ImageDraw.Draw(sheet).text((x - shift, y), text, fill=colour, font=font, anchor="lm")
        return
    # The mask's middle is the point around which the text turns.
    half = round(length + shape.size * factor)
    mask = Image.new("L", (2 * half, 2 * half), 0)
    ImageDraw.Draw(mask).text((half - shift, half), text, fill=255, font=font, anchor="lm")
    mask = mask.rotate(shape.angle, Image.Resampling.BICUBIC)
    sheet.paste(colour, (round(x) - half, round(y) - half), mask)


def _dashes(points: Sequence[Point], dash: float, gap: float) -> Iterator[list[Point]]:
    """The pieces of the straight line from the first to the last of `points`."""
    (x0, y0), (x1, y1) = points[0], points[-1]
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    start = 0.0
    while start < length:
        ends = start / length, min(start + dash, length) / length
        yield [(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t) for t in ends]
        start += dash + gap
