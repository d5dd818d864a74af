"""Several trainings of one loss, side by side."""

from __future__ import annotations

from dataclasses import dataclass

from cifar_pipe.report.charts.curves import Series, curves
from cifar_pipe.report.drawing.scene import Colour, Scene
from cifar_pipe.report.formatting import aligned, count, in_words, number
from cifar_pipe.report.run_folder import RunFolder

_COLOURS: tuple[Colour, ...] = ("accent", "second", "third", "fourth", "fifth")


@dataclass(frozen=True)
class Comparison:
    """`table` has a row of heads, then a row of texts per training."""

    table: list[tuple[str, ...]]
    chart: Scene


def comparison(folder: RunFolder) -> Comparison | None:
    """None where there are not several trainings, or where they differ in their loss: such curves
    cannot be compared.
    """
    stages = [stage for stage in folder.stages if folder.points(stage.id, "loss")]
    losses = {in_words(stage.settings.get("loss", "")) for stage in stages}
    if len(stages) < 2 or len(losses) > 1:
        return None
    table: list[tuple[str, ...]] = [("stage", "optimizer", "steps", "first loss", "last loss")]
    series = []
    for index, stage in enumerate(stages):
        points, optimizer = folder.points(stage.id, "loss"), stage.settings.get("optimizer", "")
        (_, first), (step, last) = points[0], points[-1]
        table.append((stage.id, in_words(optimizer), count(step), number(first), number(last)))
        # Dashes once the colours are used up.
        repeats, colour = divmod(index, len(_COLOURS))
        series.append(Series(stage.id, points, _COLOURS[colour], dashed=repeats > 0))
    return Comparison(table, curves(series, what="loss", height=290.0))


def table_lines(found: Comparison) -> list[str]:
    """The table as plain text, its numbers to the right."""
    return aligned(found.table, right=(2, 3, 4))
