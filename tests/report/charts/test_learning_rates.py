from __future__ import annotations

import pytest

from cifar_pipe.report.charts.learning_rates import learning_rates

POINTS = [(10 ** (at / 10 - 5), 2.3 - 0.02 * at if at < 40 else 1.5 * at) for at in range(60)]


def test_the_marks_have_their_names_and_the_axis_equal_distances_for_equal_factors() -> None:
    chart = learning_rates(POINTS, POINTS, {"steepest": 0.02, "lowest / 10": 0.01})
    assert "steepest at 0.02; lowest / 10 at 0.01" in chart.summary
    assert chart.spec["encoding"]["x"]["scale"]["type"] == "log"
    assert chart.table[0] == ["learning rate", "loss", "smoothed"]


def test_where_the_loss_explodes_it_is_cut_off_and_the_note_says_so() -> None:
    chart = learning_rates(POINTS, POINTS, {})
    assert chart.spec["encoding"]["y"]["scale"]["domain"][1] < 5
    assert "are cut off" in chart.note


@pytest.mark.parametrize("points", [POINTS[:1], POINTS[:2], [(0.1, 2.0), (0.2, 2.0)]])
def test_few_points_and_a_flat_loss_make_a_chart_too(points: list[tuple[float, float]]) -> None:
    low, high = learning_rates(points, points, {}).spec["encoding"]["y"]["scale"]["domain"]
    assert low < high
