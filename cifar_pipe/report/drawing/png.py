"""A scene as a PNG."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageColor, ImageDraw, ImageOps

from cifar_pipe.report.drawing.scene import (
    LIGHT,
    Colour,
    Dot,
    Line,
    Point,
    Rect,
    Scene,
    Shape,
    Text,
    Tiles,
    font,
    plain,
)

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
    picture = sheet.reduce(OVERSAMPLING)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def _draw(sheet: Image.Image, shape: Shape, factor: int) -> None:
    pen = ImageDraw.Draw(sheet)
    match shape:
        case Rect():
            _draw_rect(pen, (shape.x, shape.y), shape, factor)
        case Tiles():
            for place in shape.places:
                _draw_rect(pen, place, shape, factor)
        case Line():
            points = [(x * factor, y * factor) for x, y in shape.points]
            width = max(1, round(shape.width * factor))
            for piece in _dashes(points, 4 * factor, 3 * factor) if shape.dashed else [points]:
                pen.line(piece, fill=LIGHT[shape.colour], width=width, joint="curve")
        case Dot():
            centre = shape.x * factor, shape.y * factor
            pen.circle(centre, shape.radius * factor, fill=LIGHT[shape.colour])
        case Text():
            _draw_text(sheet, shape, factor)


def _draw_rect(pen: ImageDraw.ImageDraw, place: Point, shape: Rect | Tiles, factor: int) -> None:
    left, top = round(place[0] * factor), round(place[1] * factor)
    right = max(left, round((place[0] + shape.width) * factor) - 1)
    bottom = max(top, round((place[1] + shape.height) * factor) - 1)
    pen.rectangle((left, top, right, bottom), fill=_on_surface(shape.colour, shape.opacity))


def _on_surface(colour: Colour, opacity: float) -> tuple[int, ...]:
    over, under = ImageColor.getrgb(LIGHT[colour]), ImageColor.getrgb(LIGHT["surface"])
    return tuple(round(o * opacity + u * (1 - opacity)) for o, u in zip(over, under, strict=True))


def _draw_text(sheet: Image.Image, shape: Text, factor: int) -> None:
    letters = font(shape.size * factor)
    x, y = shape.x * factor, shape.y * factor
    text = plain(shape.text)
    length = letters.getlength(text)
    shift = {"start": 0.0, "middle": length / 2, "end": length}[shape.anchor]
    if not shape.angle:
        pen = ImageDraw.Draw(sheet)
        pen.text((x - shift, y), text, fill=LIGHT[shape.colour], font=letters, anchor="lm")
        return
    # The mask's middle is the point around which the text turns.
    reach = round(length + shape.size * factor)
    mask = Image.new("L", (2 * reach, 2 * reach), 0)
    ImageDraw.Draw(mask).text((reach - shift, reach), text, fill=255, font=letters, anchor="lm")
    mask = mask.rotate(shape.angle, Image.Resampling.BICUBIC)
    sheet.paste(LIGHT[shape.colour], (round(x) - reach, round(y) - reach), mask)


def _dashes(points: Sequence[Point], dash: float, gap: float) -> list[list[Point]]:
    """The pieces of the straight line from the first to the last of `points`."""
    (x0, y0), (x1, y1) = points[0], points[-1]
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    pieces: list[list[Point]] = []
    start = 0.0
    while start < length:
        ends = start / length, min(start + dash, length) / length
        pieces.append([(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t) for t in ends])
        start += dash + gap
    return pieces
