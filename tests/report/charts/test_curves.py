from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cifar_pipe.report.charts.chart import Chart
from cifar_pipe.report.charts.curve_layers import spread_out
from cifar_pipe.report.charts.curves import curves
from cifar_pipe.report.charts.look import Look, look_of
from cifar_pipe.report.charts.series import Mark, Series, thinned

LOSS = Series("training", [(2000.0 * n, 2.3 / n) for n in range(1, 13)])


def layers(chart: Chart, kind: str) -> list[dict[str, Any]]:
    found = []
    for layer in chart.spec["layer"]:
        mark = layer["mark"]
        if (mark if isinstance(mark, str) else mark["type"]) == kind:
            found.append(layer)
    return found


def texts(chart: Chart, key: str) -> list[str]:
    rows = [row for one in layers(chart, "text") for row in one["data"]["values"]]
    return [row[key].replace("\u00a0", " ") for row in rows if key in row]


def test_curves_are_described_in_words_and_have_their_values_in_a_table() -> None:
    chart = curves([LOSS], what="loss")
    assert (
        chart.summary == "loss over steps. training: from 2.3 at step 2,000 to 0.192 at step 24,000"
    )
    assert chart.table[0] == ["step", "training"]
    assert chart.table[1] == ["2,000", "2.3"]
    assert chart.steps == [2000.0 * n for n in range(1, 13)]


def test_values_at_different_steps_have_a_row_each() -> None:
    chart = curves([Series("a", [(1, 2.0)]), Series("b", [(2, 3.0)], look_of(1))], what="loss")
    assert chart.table[1:] == [["1", "2", ""], ["2", "", "3"]]


def test_several_curves_are_named_at_their_ends_and_told_apart_without_colour() -> None:
    series = [Series(f"run_{n}", [(1, n), (2, n + 1.0)], look_of(n), marked=True) for n in range(5)]
    chart = curves(series, what="loss")
    assert [key.name for key in chart.keys] == [one.name for one in series]
    assert set(texts(chart, "n")) == {one.name for one in series}
    assert len({(one.look.dash, one.look.shape) for one in chart.keys}) == 5
    assert len({look_of(n) for n in range(25)}) == 25


def test_a_single_curve_has_no_name_beside_it() -> None:
    assert texts(curves([LOSS], what="loss"), "n") == []


def test_epochs_are_named_in_their_middle_and_of_many_only_some() -> None:
    assert texts(curves([LOSS], what="loss", epochs=[12000, 24000]), "t") == ["epoch 1", "epoch 2"]
    ends = [391.0 * n for n in range(1, 201)]
    found = texts(curves([LOSS], what="loss", epochs=ends), "t")
    assert found == [*map(str, range(20, 201, 20)), "epoch"]


def test_shares_stay_within_0_and_100_percent() -> None:
    chart = curves([Series("validation", [(1, 0.0), (2, 1.0)])], what="accuracy", shares=True)
    assert chart.spec["encoding"]["y"]["scale"]["domain"] == [0.0, 1.0]
    assert chart.table[2] == ["2", "100.0\u00a0%"]


def test_outliers_are_cut_off_and_the_note_says_which() -> None:
    points = [(float(n), 2.0 - n / 100) for n in range(1, 100)]
    points[49] = (50.0, 4000.0)
    chart = curves([Series("training", points)], what="loss", logarithmic=True)
    assert chart.spec["encoding"]["y"]["scale"]["domain"][1] < 3
    assert chart.note == (
        "1 point above 1.99 is cut off; the highest is 4,000 at step 50."
        " The logarithmic scale has them all."
    )
    assert chart.log == (1.01, 4000.0)


def test_a_loss_that_explodes_for_good_is_shown_whole() -> None:
    points = [(float(n), 2.0 if n < 50 else 10.0 ** (n - 48)) for n in range(100)]
    assert curves([Series("training", points)], what="loss").note == ""


def test_the_best_epoch_is_marked_in_the_picture_the_legend_and_in_words() -> None:
    series = Series("training", [(100.0, 2.0), (900.0, 1.0)])
    chart = curves([series], what="loss", mark=Mark(700.0, "best: epoch 7, its weights kept"))
    assert chart.keys[-1].name == "best: epoch 7, its weights kept"
    assert chart.summary.endswith("; best: epoch 7, its weights kept at step 700")
    assert {"values": [{"x": 700.0}]} in [one.get("data") for one in layers(chart, "rule")]


def test_a_single_value_is_a_point_without_a_line() -> None:
    test = Series("test", [(900.0, 1.5)], Look("third", None, "diamond"))
    chart = curves([Series("training", [(100.0, 2.0), (900.0, 1.0)]), test], what="loss")
    (line,) = layers(chart, "line")
    assert line["transform"][0]["filter"]["oneOf"] == ["training"]
    assert [row["n"] for row in chart.spec["data"]["values"] if row.get("m")] == ["test"]


def test_stairs_hold_each_value_from_the_step_before() -> None:
    rates = Series("learning rate", [(0.0, 0.1), (10.0, 0.1), (20.0, 0.01)], stairs=True)
    (line,) = layers(curves([rates], what="learning rate"), "line")
    assert line["mark"]["interpolate"] == "step-before"


def test_thinning_keeps_the_ends_and_every_peak() -> None:
    points = [(float(x), 0.0) for x in range(100_000)]
    points[54_321] = (54_321.0, 9.0)
    few = thinned(points)
    assert len(few) <= 402
    assert {points[0], points[54_321], points[-1]} <= set(few)
    assert set(few) <= set(points)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_names_that_would_touch_are_moved_apart_and_keep_their_order(places: list[float]) -> None:
    moved = spread_out(places, 0.07)
    order = sorted(range(len(places)), key=places.__getitem__)
    assert all(moved[b] - moved[a] >= 0.07 - 1e-9 for a, b in pairwise(order))


def test_only_names_that_would_touch_are_moved() -> None:
    assert spread_out([0.9, 0.1, 0.12, 0.5], 0.1) == pytest.approx([0.9, 0.06, 0.16, 0.5])


def test_a_long_curve_has_marks_at_even_distances_and_not_where_others_have_theirs() -> None:
    points = [(float(n * n), 1.0 / (n + 1)) for n in range(300)]
    series = [Series(f"run_{n}", thinned(points), look_of(n), marked=True) for n in range(2)]
    chart = curves(series, what="loss")
    steps = {one.name: [] for one in series}
    for row in chart.spec["data"]["values"]:
        if row.get("m"):
            steps[row["n"]].append(row["x"])
    assert all(2 <= len(found) <= 7 for found in steps.values())
    assert not {*steps["run_0"][1:]} & {*steps["run_1"][1:]}


@given(
    st.lists(st.tuples(st.integers(1, 10**7), st.floats(-1e6, 1e6)), min_size=1, max_size=50),
    st.booleans(),
)
def test_any_values_make_a_spec(points: list[tuple[float, float]], logarithmic: bool) -> None:
    series = Series("training", sorted(points))
    chart = curves([series], what="loss", logarithmic=logarithmic)
    json.dumps(chart.spec, allow_nan=False)
    low, high = chart.spec["encoding"]["y"]["scale"]["domain"]
    assert low < high
    assert chart.log is None or 0 < chart.log[0] < chart.log[1]
