"""The ticks of an axis, and their texts."""

from __future__ import annotations

import math
from collections.abc import Sequence

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def nice_ticks(low: float, high: float, *, count: int = 5) -> list[float]:
    """At least two round numbers, evenly apart; the first is at most `low`, the last at least
    `high`. There are about `count` of them.

    The distance is 1, 2, 2.5 or 5 times a power of ten (Heckbert, "Nice numbers for graph labels",
    Graphics Gems, 1990).
    """
    if not high - low > max(abs(low), abs(high)) * 1e-9:
        pad = abs(low) * 0.1 or 0.5
        low, high = low - pad, high + pad
    step = _nice_step((high - low) / max(1, count - 1))
    # A millionth of a step: 0.1 * 3 does not need one more tick.
    first, last = math.floor(low / step + 1e-6), math.ceil(high / step - 1e-6)
    return [number * step for number in range(first, last + 1)]


def _nice_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    # Never rounded down by much: that would give many more ticks than asked for.
    return power * next(step for step in STEPS if step * 1.2 >= rough / power)


def tick_texts(ticks: Sequence[float], *, percent: bool = False) -> list[str]:
    """Every tick with as many decimals as distinguish it from its neighbour; fractions as percent."""
    factor = 100 if percent else 1
    step = (ticks[1] - ticks[0]) * factor
    largest = max(abs(tick) for tick in ticks) * factor
    sign = "\u00a0%" if percent else ""
    if not percent and (largest < 1e-4 or largest >= 1e9):
        return [f"{tick:.3g}" for tick in ticks]
    decimals = next(n for n in range(20) if math.isclose(round(step, n), step, rel_tol=1e-6))
    return [f"{tick * factor + 0.0:,.{decimals}f}{sign}" for tick in ticks]
