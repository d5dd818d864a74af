"""How charts look: colours by the names of their roles, fonts, and what tells series apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cifar_pipe.diagnostics.terminal_width import width

Colour = Literal["surface", "ink", "muted", "line", "accent", "second", "third", "fourth", "fifth"]
Shape = Literal["circle", "square", "triangle-up", "diamond", "cross"]

# What pictures in files take; a page has custom properties of these names, in light and in dark. Blue
# and vermilion, and the green, purple and ochre after them, differ for every common kind of colour
# blindness (Okabe and Ito 2008); each has a contrast of at least 4.5 on the surface.
LIGHT: dict[Colour, str] = {
    "surface": "#ffffff",
    "ink": "#1b1f24",
    "muted": "#59626d",
    "line": "#e2e5e9",
    "accent": "#0b5394",
    "second": "#b34700",
    "third": "#00745a",
    "fourth": "#8a3b8f",
    "fifth": "#7a5c00",
}
SERIES: tuple[Colour, ...] = ("accent", "second", "third", "fourth", "fifth")
SHAPES: tuple[Shape, ...] = ("circle", "square", "triangle-up", "diamond", "cross")
DASHES: tuple[Sequence[float], ...] = ((1, 0), (7, 3), (2, 2.5), (9, 3, 2, 3), (14, 4))
FONT = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif"
# Without its name the widths of Chinese texts are not known. Where it is installed, it takes five times as
# long to measure a text with it as with another.
WIDE_FONT = FONT.replace("sans-serif", "Noto Sans CJK SC, sans-serif")
SMALL = 11


@dataclass(frozen=True)
class Look:
    """Of a series; a `shape` marks its points, without a `dash` it has no line."""

    colour: Colour
    dash: Sequence[float] | None = None
    shape: Shape | None = None


def look_of(index: int) -> Look:
    """The first 5 series differ in all three, the first 25 in colour and dashes together."""
    turn, at = divmod(index, len(SERIES))
    return Look(SERIES[at], DASHES[(at + turn) % len(DASHES)], SHAPES[(at + turn) % len(SHAPES)])


def colour(role: Colour) -> str:
    """As the page's style sheet has it, so that the chart follows its light or dark scheme."""
    return f"var(--{role})"


def in_light(text: str) -> str:
    """With the light scheme's colours in place of the names of their roles."""
    for role, value in LIGHT.items():
        text = text.replace(colour(role), value)
    return text


def configuration(text: str) -> dict[str, Any]:
    """Vega-Lite's, for a chart with the characters of `text`."""
    font = WIDE_FONT if any(width(one) == 2 for one in set(text)) else FONT
    texts = {"labelFont": font, "titleFont": font, "labelFontSize": SMALL, "titleFontSize": SMALL}
    muted = {"labelColor": colour("muted"), "titleColor": colour("muted")}
    return {
        # The page says in words what a chart shows; its marks, one by one, would only be noise.
        "aria": False,
        "font": font,
        "axis": {
            **texts,
            **muted,
            "titleFontWeight": "normal",
            "gridColor": colour("line"),
            "domainColor": colour("muted"),
            "tickColor": colour("muted"),
            "titlePadding": 10,
        },
        "axisY": {"domain": False, "ticks": False, "labelPadding": 8},
        "legend": {"disable": True},
        "title": {"font": font, "fontSize": 13, "color": colour("ink"), "fontWeight": 600},
        "text": {"font": font, "fontSize": SMALL, "color": colour("muted")},
        "view": {"stroke": None},
    }
