"""What all charts share: their width, and the look of their texts."""

from __future__ import annotations

from collections.abc import Iterator

from cifar_pipe.report.drawing.scene import Anchor, Text, text_width

# Readable at its own size and in a column of 360 pixels.
WIDTH = 400.0
SMALL = 11.0


def title(text: str) -> Text:
    return Text(0, 10, text, "ink", 13)


def note(x: float, y: float, text: str, anchor: Anchor = "start", angle: int = 0) -> Text:
    """A small text beside what is drawn."""
    return Text(x, y, text, "muted", SMALL, anchor, angle)


def note_width(text: str) -> float:
    return text_width(text, size=SMALL)


def round_numbers() -> Iterator[int]:
    """1, 2, 5, 10, 20, 50 …"""
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10
