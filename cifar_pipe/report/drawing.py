"""A scene of plain shapes, drawn once and written as SVG or as PNG.

Lengths are in CSS pixels, y grows downwards. Colours are names of roles, not values: on a page they
follow the page's custom properties (`--ink`, `--accent` …), and so its light or dark scheme; a PNG
takes the light ones.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from PIL import Image, ImageColor, ImageDraw, ImageFont, ImageOps

Colour = Literal[
    "surface",
    "ink",
    "muted",
    "line",
    "accent",
    "on-accent",
    "second",
    "on-second",
    "third",
    "fourth",
    "fifth",
]
Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]

# Blue and vermilion, and the green, purple and ochre behind them, stay apart for every common kind
# of colour blindness (Okabe and Ito 2008); each has a contrast of at least 4.5 on the surface.
LIGHT: dict[Colour, str] = {
    "surface": "#ffffff",
    "ink": "#1b1f24",
    "muted": "#59626d",
    "line": "#e2e5e9",
    "accent": "#0b5394",
    "on-accent": "#ffffff",
    "second": "#b34700",
    "on-second": "#ffffff",
    "third": "#00745a",
    "fourth": "#8a3b8f",
    "fifth": "#7a5c00",
}
# PIL's lines are not antialiased: the picture is drawn at this multiple and made smaller.
OVERSAMPLING = 2
PNG_MARGIN = 12


@dataclass(frozen=True, slots=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    colour: Colour
    opacity: float = 1.0
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Tiles:
    """Many rectangles of one size and colour at `places` (their left upper corners)."""

    places: Sequence[Point]
    width: float
    height: float
    colour: Colour
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    points: Sequence[Point]
    colour: Colour
    width: float = 1.0
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    radius: float
    colour: Colour
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """One line; `y` is the middle of the letters' height. `angle` turns it, in degrees leftwards."""

    x: float
    y: float
    text: str
    colour: Colour = "ink"
    size: float = 12.0
    anchor: Anchor = "start"
    angle: int = 0


Shape = Rect | Tiles | Line | Dot | Text


@dataclass(frozen=True, slots=True)
class Scene:
    """`label` says in words what the picture shows, for those who do not see it."""

    width: float
    height: float
    label: str
    shapes: Sequence[Shape]


def text_width(text: str, *, size: float = 12.0) -> float:
    """How wide `text` may be. A page's font is unknown here: wide ones (DejaVu Sans, Verdana) need
    about a sixth more than PIL's own.
    """
    return _font(size).getlength(_plain(text)) * 1.17


def shortened(text: str, width: float, *, size: float = 12.0) -> str:
    """`text`, cut with an ellipsis where it would be wider than `width`."""
    if text_width(text, size=size) <= width:
        return text
    while text and text_width(text + "…", size=size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _plain(text: str) -> str:
    # PIL's own font has no no-break space.
    return text.replace("\u00a0", " ")


@functools.lru_cache
def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


# SVG


def to_svg(scene: Scene) -> str:
    """An `<svg>` element to stand in a page; it grows and shrinks with its box."""
    size = f'viewBox="0 0 {_number(scene.width)} {_number(scene.height)}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" '
    return "".join(
        [
            f"{head}aria-label={quoteattr(scene.label)}>",
            f"<title>{escape(scene.label)}</title>",
            *map(_svg_shape, scene.shapes),
            "</svg>",
        ]
    )


def _svg_shape(shape: Shape) -> str:
    match shape:
        case Rect():
            sides = f'width="{_number(shape.width)}" height="{_number(shape.height)}"'
            place = f'x="{_number(shape.x)}" y="{_number(shape.y)}"'
            return _element("rect", f"{place} {sides} {_fill(shape)}", shape.title)
        case Tiles():
            sides = f"h{_number(shape.width)}v{_number(shape.height)}h{_number(-shape.width)}z"
            path = "".join(f"M{_number(x)} {_number(y)}{sides}" for x, y in shape.places)
            return _element("path", f'd="{path}" {_fill(shape)}')
        case Line():
            points = " ".join(f"{_number(x)},{_number(y)}" for x, y in shape.points)
            dashes = ' stroke-dasharray="4 3"' if shape.dashed else ""
            stroke = f'fill="none" stroke-width="{_number(shape.width)}" stroke-linejoin="round"'
            colour = f'style="stroke:{_variable(shape.colour)}"'
            return _element("polyline", f'points="{points}" {stroke}{dashes} {colour}')
        case Dot():
            place = f'cx="{_number(shape.x)}" cy="{_number(shape.y)}" r="{_number(shape.radius)}"'
            colour = f'style="fill:{_variable(shape.colour)}"'
            return _element("circle", f"{place} {colour}", shape.title)
        case Text():
            return _svg_text(shape)


def _svg_text(shape: Text) -> str:
    x, y = _number(shape.x), _number(shape.y)
    turn = f' transform="rotate({-shape.angle} {x} {y})"' if shape.angle else ""
    anchor = f' text-anchor="{shape.anchor}"' if shape.anchor != "start" else ""
    look = f'font-size="{_number(shape.size)}" dy=".35em" style="fill:{_variable(shape.colour)}"'
    return f'<text x="{x}" y="{y}" {look}{anchor}{turn}>{escape(shape.text)}</text>'


def _element(tag: str, attributes: str, title: str | None = None) -> str:
    if title is None:
        return f"<{tag} {attributes}/>"
    return f"<{tag} {attributes}><title>{escape(title)}</title></{tag}>"


def _fill(shape: Rect | Tiles) -> str:
    opacity = f' fill-opacity="{_number(shape.opacity)}"' if shape.opacity < 1 else ""
    return f'style="fill:{_variable(shape.colour)}"{opacity}'


def _variable(colour: Colour) -> str:
    return f"var(--{colour},{LIGHT[colour]})"


def _number(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


# PNG


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
    font = _font(shape.size * factor)
    x, y = shape.x * factor, shape.y * factor
    text = _plain(shape.text)
    length = font.getlength(text)
    shift = {"start": 0.0, "middle": length / 2, "end": length}[shape.anchor]
    if not shape.angle:
        pen = ImageDraw.Draw(sheet)
        pen.text((x - shift, y), text, fill=LIGHT[shape.colour], font=font, anchor="lm")
        return
    # The mask's middle is the point around which the text turns.
    reach = round(length + shape.size * factor)
    mask = Image.new("L", (2 * reach, 2 * reach), 0)
    ImageDraw.Draw(mask).text((reach - shift, reach), text, fill=255, font=font, anchor="lm")
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
