"""Round numbers, and names that are short and still differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cifar_pipe.diagnostics.terminal_width import width_of

LONGEST = 26


def round_numbers() -> Iterator[int]:
    """1, 2, 5, 10, 20, 50 …"""
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def whole_numbers(highest: float, most: int) -> dict[str, Any]:
    """An axis of whole numbers from 0 to `highest`, of which about `most` are written. Vega puts a tick
    between two of them where it is asked for more than there are, and writes one of them twice.
    """
    return {"tickCount": max(1, min(most, int(highest))), "format": ",d"}


def labels(names: Sequence[str], longest: int = LONGEST) -> list[str]:
    """Each name as an axis has room for it, no two the same: long ones are cut in the middle, since
    names that begin alike end differently. `longest` is in letters, of which a Chinese one takes two.
    """
    found: list[str] = []
    for name in names:
        whole = label = _cut(name, longest)
        number = 2
        while label in found:
            label, number = f"{whole} ({number})", number + 1
        found.append(label)
    return found


def _cut(name: str, longest: int) -> str:
    if width_of(name) <= longest:
        return name
    begin, end = len(name), 0
    while width_of(name[:begin]) > longest - longest // 3 - 1:
        begin -= 1
    while end < len(name) and width_of(name[-end - 1 :]) <= longest // 3:
        end += 1
    return f"{name[:begin]}…{name[len(name) - end :]}"
