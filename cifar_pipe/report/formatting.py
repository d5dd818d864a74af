"""Numbers, shapes and settings as people read them. No line breaks between number and unit."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Mapping, Sequence

from cifar_pipe.diagnostics.terminal_width import padded, width_of
from cifar_pipe.report.language import current, template, term

NBSP = "\u00a0"  # no-break space


def percent(share: float, decimals: int = 1) -> str:
    """0.5423 -> 54.2 %."""
    return f"{share * 100:.{decimals}f}{percent_sign()}"


def percent_sign() -> str:
    """With the space before it, where the language has one."""
    return "%" if current() == "zh" else f"{NBSP}%"


def percent_axis() -> str:
    """The label of a tick on an axis of shares, as Vega computes it."""
    return f"format(100*datum.value,'~r')+'{percent_sign()}'"


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
        return _timed(f"{duration * 1000:.0f}", "ms") if duration >= 0.0005 else _timed("0", "s")
    if duration < 59.5:
        return _timed(f"{duration:.{int(duration < 9.95)}f}", "s")
    (large, small), units = divmod(round(duration), 60), ("min", "s")
    if duration >= 3599.5:
        (large, small), units = divmod(round(duration / 60), 60), ("h", "min")
    first = _timed(str(large), units[0])
    return f"{first} {_timed(str(small), units[1])}" if small else first


def _timed(amount: str, unit: str) -> str:
    return f"{amount}{NBSP}{term(unit)}"


def number(value: float) -> str:
    """Four significant digits, without an exponent where that is readable."""
    if value == 0:
        return "0"
    if not 1e-5 <= abs(value) < 1e9:
        return f"{value:.3g}"
    decimals = max(0, 3 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals else text


def plural(amount: int, noun: str, **values: str) -> str:
    """(1, "image") -> 1 image; (2, "class") -> 2 classes. `values` are those of `{}` in the noun."""
    text = template(english := f"{{count}} {noun}")
    if text == english:
        text += "" if amount == 1 else "es" if noun.endswith("s") else "s"
    return text.format(count=count(amount), **values)


def shape_text(shape: object) -> str:
    """[3, 32, 32] -> 3 × 32 × 32."""
    return " × ".join(map(str, shape)) if isinstance(shape, list) else ""


def aligned(rows: Sequence[Sequence[str]], *, right: Container[int] = ()) -> list[str]:
    """Lines of columns two spaces apart, by what a terminal shows; those of `right` end at the same
    place.
    """
    columns = []
    for index, cells in enumerate(zip(*rows, strict=True)):
        widths = [*map(width_of, cells)]
        spaces = [" " * (max(widths) - width) for width in widths]
        pairs = zip(cells, spaces, strict=True)
        columns.append([f"{b}{a}" if index in right else f"{a}{b}" for a, b in pairs])
    return ["  ".join(row).rstrip().replace(NBSP, " ") for row in zip(*columns, strict=True)]


def name_rows(rows: Mapping[str, Sequence[str]], *, width: int = 80) -> Iterator[str]:
    """Equally many names after each head, below each other; as many in a line as fit, at least one.

    Names take at least five columns, as those that PyTorch's tutorial prints.
    """
    columns = [max(5, *map(width_of, names)) + 1 for names in zip(*rows.values(), strict=True)]
    heads = max(map(width_of, rows))
    begin = 0
    while begin < len(columns):
        end, room = begin + 1, width - heads - 1 - columns[begin]
        while end < len(columns) and (room := room - columns[end]) >= 0:
            end += 1
        for head, names in rows.items():
            cells = (padded(names[index], columns[index]) for index in range(begin, end))
            yield f"{padded(head, heads)} {''.join(cells)}".rstrip()
        begin = end


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
