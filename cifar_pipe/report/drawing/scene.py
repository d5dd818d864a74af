"""A scene of plain shapes: what a chart is before it is written as SVG or as PNG.

Lengths are in CSS pixels, y grows downwards. Colours are names of roles, not values: on a page they
follow the page's custom properties (`--ink`, `--accent` …), and so its light or dark scheme; a PNG
takes the light ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from cifar_pipe.report.drawing.fonts import font_for

_Plain = Literal["surface", "ink", "muted", "line"]
_Bright = Literal["accent", "on-accent", "second", "on-second", "third", "fourth", "fifth"]
Colour = Literal[_Plain, _Bright]
Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]

# Blue and vermilion, and the green, purple and ochre after them, differ for every common kind of
# colour blindness (Okabe and Ito 2008); each has a contrast of at least 4.5 on the surface.
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
    """Many rectangles of one size and colour with their left upper corners at `corners`."""

    corners: Sequence[Point]
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
    return font_for(plain(text), size).getlength(plain(text)) * 1.17


def shortened(text: str, width: float, *, width_of: Callable[[str], float] = text_width) -> str:
    """`text`, cut with an ellipsis where it would be wider than `width`."""
    if width_of(text) <= width:
        return text
    while text and width_of(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"


def plain(text: str) -> str:
    """For PIL's own font, which has no no-break space."""
    return text.replace("\u00a0", " ")
