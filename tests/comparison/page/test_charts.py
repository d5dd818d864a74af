"""The charts of comparisons."""

from __future__ import annotations

from typing import Any

from cifar_pipe.comparison.page.charts import Curves, Row, estimates, overlaid
from cifar_pipe.comparison.statistics import Estimate
from cifar_pipe.report.charts.chart import Chart
from cifar_pipe.report.charts.look import look_of
from cifar_pipe.report.formatting import percent


def marks(chart: Chart, kind: str) -> list[dict[str, Any]]:
    return [one for one in chart.spec["layer"] if one["mark"]["type"] == kind]


def test_an_estimate_is_a_dot_on_its_interval_with_the_values_above() -> None:
    row = Row("A", Estimate(0.5, (0.4, 0.6), 2), (0.45, 0.55))
    chart = estimates([row], of="run", what="accuracy", shares=True, text=percent)
    (interval,) = marks(chart, "rule")
    assert interval["data"]["values"] == [{"c": "A", "v": 0.4, "h": 0.6}]
    values, mean = marks(chart, "point")
    assert [one["v"] for one in values["data"]["values"]] == [0.45, 0.55]
    assert [one["v"] for one in mean["data"]["values"]] == [0.5]
    low, high = chart.spec["encoding"]["x"]["scale"]["domain"]
    assert (low < 0.4, high > 0.6) == (True, True)
    assert "A 50.0" in chart.summary
    cells = [cell.replace("\u00a0", " ") for cell in chart.table[1]]
    assert cells == ["A", "50.0 %", "40.0 % to 60.0 %", "45.0 %, 55.0 %"]


def test_an_interval_of_single_runs_is_not_one_of_means() -> None:
    def note(count: int) -> str:
        row = Row("A", Estimate(0.5, (0.4, 0.6), count))
        return estimates([row], of="run", what="accuracy", shares=True, text=percent).note

    assert note(1) == "A line is the 95 % interval, for other test images."
    assert note(2) == "A line is the 95 % interval of the mean."


def test_differences_have_a_line_at_0() -> None:
    row = Row("A", Estimate(0.5, None, 1))
    chart = estimates([row], of="run", what="difference", shares=True, text=percent, zero=True)
    assert chart.spec["encoding"]["x"]["scale"]["domain"][0] < 0
    assert marks(chart, "rule")[0]["data"]["values"] == [{"v": 0}]


def test_curves_of_several_seeds_have_a_band_from_the_lowest_to_the_highest() -> None:
    runs = [[(0.0, 1.0), (10.0, 0.5)], [(0.0, 2.0), (10.0, 0.7)]]
    chart = overlaid([Curves("A", runs, look_of(0))], what="loss")
    assert chart is not None
    (band,) = marks(chart, "area")
    assert band["data"]["values"] == [
        {"x": 0.0, "y": 1.0, "z": 2.0},
        {"x": 10.0, "y": 0.5, "z": 0.7},
    ]
    assert "from the lowest to the highest" in chart.note
    assert chart.table[1:] == [["0", "1.5"], ["10", "0.6"]]
    single = overlaid([Curves("A", runs[:1], look_of(0))], what="loss")
    assert single is not None
    assert marks(single, "area") == []
    assert overlaid([Curves("A", [[(0.0, 1.0)], [(5.0, 1.0)]], look_of(0))], what="loss") is None
