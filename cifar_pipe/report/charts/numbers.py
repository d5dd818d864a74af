"""Round numbers, and names that are short and still differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

LONGEST = 26


def round_numbers() -> Iterator[int]:
    """1, 2, 5, 10, 20, 50 …"""
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def labels(names: Sequence[str], longest: int = LONGEST) -> list[str]:
    """Each name as an axis has room for it, no two the same: long ones are cut in the middle, since
    names that begin alike end differently.
    """
    found: list[str] = []
    for name in names:
        tail = longest // 3
        label = name if len(name) <= longest else f"{name[: longest - tail - 1]}…{name[-tail:]}"
        number = 2
        whole = label
        while label in found:
            label, number = f"{whole} ({number})", number + 1
        found.append(label)
    return found
