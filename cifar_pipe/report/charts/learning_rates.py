"""The loss of a learning-rate range test over its learning rates, which grow by a factor."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from cifar_pipe.report.charts import axes
from cifar_pipe.report.charts.axes import WIDTH, nice_ticks, note, note_width, tick_texts
from cifar_pipe.report.charts.curves import thinned
from cifar_pipe.report.drawing.scene import Line, Point, Scene, Shape
from cifar_pipe.report.formatting import number

HEIGHT = 250.0


def learning_rates(
    losses: Sequence[Point], smoothed: Sequence[Point], marks: Mapping[str, float]
) -> Scene:
    """Points are (learning rate, loss), by rate, at least one; `marks` are rates, by their names.

    What lies far above the smoothed loss's beginning is cut off: at the end the loss explodes.
    """
    low = min(value for _, value in smoothed)
    first = smoothed[0][1]
    high = max(first + (first - low), min(max(value for _, value in smoothed), 2 * first))
    ticks = nice_ticks(low, high)
    texts = tick_texts(ticks)
    # The first rate's text is centred below the axis' beginning.
    left = max(*map(note_width, texts), note_width("1e-05") / 2) + 10
    right = WIDTH - 12
    top, bottom = 46.0, HEIGHT - 42
    begin, end = (math.log10(smoothed[at][0]) for at in (0, -1))

    def x(rate: float) -> float:
        share = (math.log10(rate) - begin) / (end - begin) if end > begin else 0.5
        return left + share * (right - left)

    def y(value: float) -> float:
        share = (value - ticks[0]) / (ticks[-1] - ticks[0])
        return bottom - min(1.0, max(0.0, share)) * (bottom - top)

    def line(points: Sequence[Point]) -> list[Point]:
        return [(x(rate), y(value)) for rate, value in thinned(points)]

    shapes: list[Shape] = [axes.title("loss over the learning rate")]
    for tick, text in zip(ticks, texts, strict=True):
        shapes += [Line([(left, y(tick)), (right, y(tick))], "line")]
        shapes += [note(left - 8, y(tick), text, "end")]
    for power in _powers(begin, end):
        at = x(10.0**power)
        shapes += [Line([(at, bottom), (at, bottom + 4)], "muted")]
        shapes += [note(at, bottom + 13, f"{10.0**power:g}", "middle")]
    shapes += [Line([(left, bottom), (right, bottom)], "muted")]
    shapes += [note((left + right) / 2, bottom + 31, "learning rate", "middle")]
    if len(losses) > 1:
        shapes += [Line(line(losses), "line", 1.25), Line(line(smoothed), "accent", 2)]
    for row, (name, rate) in enumerate(marks.items()):
        at, width = x(rate), note_width(name)
        shapes += [Line([(at, top), (at, bottom)], "second", dashed=True)]
        inside = min(max(at, width / 2), WIDTH - width / 2)
        shapes += [note(inside, top - 20 + 12 * row, name, "middle")]
    words = "; ".join(f"{name} at {number(rate)}" for name, rate in marks.items())
    return Scene(WIDTH, HEIGHT, f"loss over the learning rate. {words}", shapes)


def _powers(begin: float, end: float) -> Iterator[int]:
    """Of ten, between the two; every second one where they are many."""
    found = range(math.ceil(begin - 1e-9), math.floor(end + 1e-9) + 1)
    yield from found[:: 1 + len(found) // 7]
