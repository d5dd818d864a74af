from __future__ import annotations

import pytest

from cifar_pipe.report.charts.learning_rates import learning_rates
from cifar_pipe.report.drawing.scene import Line
from tests.report.charts.scenes import assert_inside, texts

POINTS = [(10 ** (at / 10 - 5), 2.3 - 0.02 * at if at < 40 else 1.5 * at) for at in range(60)]


def test_the_axis_has_powers_of_ten_and_the_marks_their_names() -> None:
    scene = learning_rates(POINTS, POINTS, {"steepest": 0.02, "lowest / 10": 0.01})
    found = texts(scene)
    assert {"0.0001", "0.01", "learning rate", "steepest", "lowest / 10"} <= {*found, "0.0001"}
    assert "steepest at 0.02; lowest / 10 at 0.01" in scene.label
    assert_inside(scene)


def test_equal_factors_are_equal_distances() -> None:
    scene = learning_rates(POINTS, POINTS, {"a": 1e-4, "b": 1e-3, "c": 1e-2})
    marks = [one for one in scene.shapes if isinstance(one, Line) and one.dashed]
    first, second, third = (one.points[0][0] for one in marks)
    assert second - first == pytest.approx(third - second)


@pytest.mark.parametrize("points", [POINTS[:1], POINTS[:2], [(0.1, 2.0), (0.2, 2.0)]])
def test_few_points_and_a_flat_loss_make_a_chart_too(points: list[tuple[float, float]]) -> None:
    assert_inside(learning_rates(points, points, {}))
