"""Numbers, shapes and settings as people read them. No line breaks between number and unit."""

from __future__ import annotations

import math
from collections.abc import Sequence

NBSP = "\u00a0"  # no-break space


def percent(share: float) -> str:
    """0.5423 -> 54.2 %."""
    return f"{share * 100:.1f}{NBSP}%"


def count(number: float) -> str:
    """62006 -> 62,006."""
    return f"{number:,.0f}"


def short_count(number: float) -> str:
    """651720 -> 652 k; up to 9999 as it is."""
    for unit, size in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if number >= max(size * 0.9995, 1e4):
            value = number / size
            decimals = max(0, 2 - int(math.log10(max(value, 1))))
            return f"{value:.{decimals}f}{NBSP}{unit}"
    return count(number)


def seconds(duration: float) -> str:
    """0.0123 -> 12 ms, 83.2 -> 1 min 23 s, 7384 -> 2 h 3 min."""
    if duration < 0.9995:
        return f"{duration * 1000:.0f}{NBSP}ms" if duration >= 0.0005 else f"0{NBSP}s"
    if duration < 59.5:
        return f"{duration:.1f}{NBSP}s" if duration < 9.95 else f"{duration:.0f}{NBSP}s"
    (large, small), units = divmod(round(duration), 60), ("min", "s")
    if duration >= 3599.5:
        (large, small), units = divmod(round(duration / 60), 60), ("h", "min")
    first = f"{large}{NBSP}{units[0]}"
    return f"{first} {small}{NBSP}{units[1]}" if small else first


def number(value: float) -> str:
    """Four significant digits, without an exponent where that is readable."""
    if value == 0:
        return "0"
    if not 1e-5 <= abs(value) < 1e9:
        return f"{value:.3g}"
    decimals = max(0, 3 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals else text


def plural(amount: int, noun: str) -> str:
    """(1, "image") -> 1 image; (2, "class") -> 2 classes."""
    ending = "" if amount == 1 else "es" if noun.endswith("s") else "s"
    return f"{count(amount)} {noun}{ending}"


def shape_text(shape: object) -> str:
    """[3, 32, 32] -> 3 × 32 × 32."""
    return " × ".join(map(str, shape)) if isinstance(shape, list) else ""


def aligned(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> list[str]:
    """Lines of columns two spaces apart; those of `right` end at the same place."""
    columns = []
    for index, cells in enumerate(zip(*rows, strict=True)):
        adjust, width = str.rjust if index in right else str.ljust, max(map(len, cells))
        columns.append([adjust(cell, width) for cell in cells])
    return ["  ".join(row).rstrip() for row in zip(*columns, strict=True)]


def in_words(value: object, *, nested: bool = False) -> str:
    """{type: SGD, lr: 0.1} -> "SGD, lr 0.1"; a list's items with semicolons between."""
    match value:
        case dict():
            words = [str(value["type"])] if "type" in value else []
            pairs = ((key, in_words(value[key], nested=True)) for key in value if key != "type")
            text = ", ".join([*words, *(f"{key} {item}" for key, item in pairs)])
            return f"({text})" if nested else text
        case list() if nested:
            return f"[{', '.join(in_words(item, nested=True) for item in value)}]"
        case list():
            return "; ".join(map(in_words, value))
        case _:
            return str(value)


def size_in_words(size: float) -> str:
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
