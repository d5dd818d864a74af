"""One bar per class."""

from __future__ import annotations

from collections.abc import Mapping

from cifar_pipe.report.charts.axes import WIDTH, title
from cifar_pipe.report.drawing.scene import Line, Rect, Scene, Shape, Text, shortened, text_width
from cifar_pipe.report.formatting import percent

MOST_BARS = 24


def bars(shares: Mapping[str, float], *, overall: float | None, what: str) -> Scene:
    """One bar per class, in the order given, its share in percent at its end; `overall` is a line
    across. Of more than 24 classes the highest and the lowest are shown.
    """
    rows, left_out = list(shares.items()), len(shares) - MOST_BARS
    if left_out > 0:
        rows.sort(key=lambda row: -row[1])
        rows[MOST_BARS // 2 : -MOST_BARS // 2] = []
    names = {name: shortened(name, 136) for name, _ in rows}
    left = max(map(text_width, names.values())) + 10
    longest = WIDTH - text_width("100.0 %") - 8 - left
    pitch, thickness = (30.0, 18.0) if len(rows) <= 12 else (23.0, 14.0)
    shapes: list[Shape] = [title(what)]
    y = top = 34.0
    for index, (name, share) in enumerate(rows):
        if left_out > 0 and index == MOST_BARS // 2:
            shapes.append(Text(left, y + pitch / 2, f"… {left_out} classes between …", "muted"))
            y += pitch
        middle = y + pitch / 2
        corner = left, middle - thickness / 2
        tip = f"{name}: {percent(share)}"
        shapes += [
            Rect(*corner, longest, thickness, "line", 0.6),
            Rect(*corner, longest * share, thickness, "accent", title=tip),
            Text(left - 8, middle, names[name], "ink", anchor="end"),
            Text(left + longest + 8, middle, percent(share), "ink"),
        ]
        y += pitch
    whole = ""
    if overall is not None:
        whole = f", {percent(overall)} over all"
        x, text = left + longest * overall, f"all {percent(overall)}"
        half = text_width(text) / 2
        at = min(max(x, 100 + half), WIDTH - half)
        shapes.append(Line([(x, top - 4), (x, y)], "second", 1.5, dashed=True))
        shapes.append(Text(at, top - 13, text, "second", anchor="middle"))
    label = f"{what}{whole}: {', '.join(f'{name} {percent(share)}' for name, share in rows)}"
    return Scene(WIDTH, y + 6, label, shapes)
