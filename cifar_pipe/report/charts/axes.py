"""What all charts share: their width, the look of their texts, round numbers and ticks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

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


def nice_ticks(low: float, high: float, *, count: int = 5) -> list[float]:
    """At least two round numbers, evenly apart; the first is at most `low`, the last at least
    `high`. There are about `count` of them.

    The distance is 1, 2, 2.5 or 5 times a power of ten (Heckbert, "Nice numbers for graph labels",
    Graphics Gems, 1990).
    """
    if not high - low > max(abs(low), abs(high)) * 1e-9:
        pad = abs(low) * 0.1 or 0.5
        low, high = low - pad, high + pad
    rough = (high - low) / max(1, count - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    # Never rounded down by much: that would give many more ticks than asked for.
    step = power * next(step for step in (1, 2, 2.5, 5, 10) if step * 1.2 >= rough / power)
    # A millionth of a step: 0.1 * 3 does not need one more tick.
    first, last = math.floor(low / step + 1e-6), math.ceil(high / step - 1e-6)
    return [number * step for number in range(first, last + 1)]


def tick_texts(ticks: Sequence[float], *, percent: bool = False) -> list[str]:
    """Every tick with as many decimals as distinguish it from its neighbour; fractions as percent."""
    factor, sign = (100, "\u00a0%") if percent else (1, "")
    step = (ticks[1] - ticks[0]) * factor
    largest = max(map(abs, ticks))
    if not percent and (largest < 1e-4 or largest >= 1e9):
        return [f"{tick:.3g}" for tick in ticks]
    decimals = next(n for n in range(20) if math.isclose(round(step, n), step, rel_tol=1e-6))
    return [f"{tick * factor + 0.0:,.{decimals}f}{sign}" for tick in ticks]
