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
    """`table` has a row of heads, then a row of texts per training; `charts` by the name of their
    picture file.
    """

    table: list[tuple[str, ...]]
    charts: dict[str, Chart]


def comparison(folder: RunFolder) -> Comparison | None:
    """None where there are not several trainings, or where they differ in their loss: such curves
    cannot be compared.
    """
    stages = [stage for stage in folder.stages if folder.points(stage.id, "loss")]
    losses = {in_words(stage.settings.get("loss", "")) for stage in stages}
    if len(stages) < 2 or len(losses) > 1:
        return None
    table: list[tuple[str, ...]] = [("stage", "optimizer", "steps", "first loss", "last loss")]
    for stage in stages:
        points, optimizer = folder.points(stage.id, "loss"), stage.settings.get("optimizer", "")
        (_, first), (step, last) = points[0], points[-1]
        table.append((stage.id, in_words(optimizer), count(step), number(first), number(last)))
    charts = {}
    for key, what in (("loss", "training loss"), ("val_accuracy", "validation accuracy")):
        series = [
            Series(stage.id, points, look_of(index), marked=True)
            for index, stage in enumerate(stages)
            if (points := folder.points(stage.id, key))
        ]
        if len(series) > 1:
            shares = "accuracy" in key
            charts[f"compared_{key}"] = curves(
                series, what=what, shares=shares, group="compared", logarithmic=not shares
            )
    return Comparison(table, charts)


def table_lines(found: Comparison) -> list[str]:
    """The table as plain text, its numbers to the right."""
    return aligned(found.table, right=(2, 3, 4))
