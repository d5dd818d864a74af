"""One bar per class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cifar_pipe.report.charts.style import WIDTH, title
from cifar_pipe.report.drawing.scene import Line, Rect, Scene, Shape, Text, shortened, text_width
from cifar_pipe.report.number_format import percent

MOST_BARS = 24


def bars(shares: Mapping[str, float], *, overall: float | None, what: str) -> Scene:
    """One bar per class, in the order given, its share in percent at its end; `overall` is a line
    across. Of more than 24 classes the highest and the lowest are shown.
    """
    rows, left_out = _shown(shares)
    names = {name: shortened(name, 136) for name, _ in rows}
    left = max(map(text_width, names.values())) + 10
    longest = WIDTH - text_width("100.0 %") - 8 - left
    pitch, thickness = (30.0, 18.0) if len(rows) <= 12 else (23.0, 14.0)
    shapes: list[Shape] = [title(what)]
    y = top = 34.0
    for index, (name, share) in enumerate(rows):
        if left_out and index == len(rows) // 2:
            shapes.append(Text(left, y + pitch / 2, f"… {left_out} classes between …", "muted"))
            y += pitch
        middle = y + pitch / 2
        place = left, middle - thickness / 2
        tip = f"{name}: {percent(share)}"
        shapes += [
            Rect(*place, longest, thickness, "line", 0.6),
            Rect(*place, longest * share, thickness, "accent", title=tip),
            Text(left - 8, middle, names[name], "ink", anchor="end"),
            Text(left + longest + 8, middle, percent(share), "ink"),
        ]
        y += pitch
    if overall is not None:
        shapes += _overall(left + longest * overall, overall, (top, y))
    whole = f", {percent(overall)} over all" if overall is not None else ""
    label = f"{what}{whole}: {', '.join(f'{name} {percent(share)}' for name, share in rows)}"
    return Scene(WIDTH, y + 6, label, shapes)


def _shown(shares: Mapping[str, float]) -> tuple[list[tuple[str, float]], int]:
    """The classes that have a bar, and how many are left out between them."""
    rows = list(shares.items())
    if len(rows) <= MOST_BARS:
        return rows, 0
    rows.sort(key=lambda row: -row[1])
    half = MOST_BARS // 2
    return rows[:half] + rows[-half:], len(rows) - 2 * half


def _overall(x: float, overall: float, span: tuple[float, float]) -> Iterator[Shape]:
    text = f"all {percent(overall)}"
    at = min(max(x, 100 + text_width(text) / 2), WIDTH - text_width(text) / 2)
    yield Line([(x, span[0] - 4), (x, span[1])], "second", 1.5, dashed=True)
    yield Text(at, span[0] - 13, text, "second", anchor="middle")
