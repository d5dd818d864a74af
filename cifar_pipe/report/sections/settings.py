"""What stages found that try settings out: a learning rate."""

from __future__ import annotations

from dataclasses import dataclass

from cifar_pipe.report.charts.chart import Chart, Point
from cifar_pipe.report.charts.learning_rates import learning_rates
from cifar_pipe.report.formatting import number
from cifar_pipe.report.language import _
from cifar_pipe.report.run_folder import RunFolder, StageFolder, mapping, number_of, rows


@dataclass(frozen=True)
class SettingPart:
    """`charts` by the name of their picture file."""

    id: str
    facts: list[tuple[str, str]]
    charts: dict[str, Chart]


def setting_parts(folder: RunFolder) -> list[SettingPart]:
    return [_learning_rate(stage) for stage in folder.stages if stage.has("find_lr.json")]


def _learning_rate(stage: StageFolder) -> SettingPart:
    found = stage.mapping("find_lr.json")
    points = rows(found.get("points"))
    suggested, steepest = (number_of(found, key) for key in ("suggested", "steepest"))
    lowest = number_of(mapping(found.get("lowest")), "lr")
    facts = [(_("steps"), number(len(points)))]
    marks = {}
    if suggested is not None and steepest is not None and lowest is not None:
        facts += [(_("to try"), f"{found.get('for')}.optimizer.lr={suggested:.2g}")]
        facts += [
            (_("loss falls most at"), f"{steepest:.2g}"),
            (_("lowest loss at"), f"{lowest:.2g}"),
        ]
        marks = {_("steepest"): steepest, _("lowest / 10"): lowest / 10}
    else:
        facts += [(_("learning rate"), _("not found: the loss has not fallen"))]
    if stopped := found.get("stopped"):
        facts += [(_("ended"), str(stopped))]
    losses, smoothed = _curve(points, "loss"), _curve(points, "smoothed")
    charts = {"find_lr": learning_rates(losses, smoothed, marks)} if losses and smoothed else {}
    return SettingPart(stage.id, facts, charts)


def _curve(points: list[dict[str, object]], key: str) -> list[Point]:
    pairs = ((number_of(point, "lr"), number_of(point, key)) for point in points)
    return [(x, y) for x, y in pairs if x and y is not None]
