"""Several trainings of one loss, side by side."""

from __future__ import annotations

from dataclasses import dataclass

from cifar_pipe.report.charts.chart import Chart
from cifar_pipe.report.charts.curves import curves
from cifar_pipe.report.charts.look import look_of
from cifar_pipe.report.charts.series import Series
from cifar_pipe.report.formatting import aligned, count, in_words, number
from cifar_pipe.report.run_folder import RunFolder


@dataclass(frozen=True)
class Comparison:
    """`table` has a row of heads, then a row of texts per training."""

    table: list[tuple[str, ...]]
    chart: Chart


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
        series.append(Series(stage.id, points, look_of(index), marked=True))
    return Comparison(table, curves(series, what="training loss", logarithmic=True))


def table_lines(found: Comparison) -> list[str]:
    """The table as plain text, its numbers to the right."""
    return aligned(found.table, right=(2, 3, 4))
