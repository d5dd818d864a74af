"""The charts of comparisons."""

from __future__ import annotations

from cifar_pipe.comparison.page.charts import Curves, Row, estimates, overlaid
from cifar_pipe.comparison.statistics import Estimate
from cifar_pipe.report.drawing.scene import Dot, Line, Rect
from cifar_pipe.report.formatting import percent


def test_an_estimate_is_a_dot_on_its_interval_with_the_values_above() -> None:
    row = Row("A", Estimate(0.5, (0.4, 0.6), 2), (0.45, 0.55))
    scene = estimates([row], what="accuracy", shares=True, text=percent)
    mean, *values = sorted(
        (one for one in scene.shapes if isinstance(one, Dot)), key=lambda one: -one.radius
    )
    interval = max(
        (one for one in scene.shapes if isinstance(one, Line) and one.colour == "accent"),
        key=lambda one: one.points[1][0] - one.points[0][0],
    )
    low, high = (x for x, _ in interval.points)
    assert low < mean.x < high
    assert abs((low + high) / 2 - mean.x) < 1e-6
    assert len(values) == 2
    assert "A 50.0" in scene.label


def test_curves_of_several_seeds_have_a_band_from_the_lowest_to_the_highest() -> None:
    runs = [[(0.0, 1.0), (10.0, 0.5)], [(0.0, 2.0), (10.0, 0.7)]]
    scene = overlaid([Curves("A", runs, "accent")], what="loss")
    assert scene is not None
    stripes = [one for one in scene.shapes if isinstance(one, Rect)]
    assert len(stripes) == 80
    assert stripes[0].height > stripes[-1].height > 0
    single = overlaid([Curves("A", runs[:1], "accent")], what="loss")
    assert single is not None
    assert not any(isinstance(one, Rect) for one in single.shapes)
    assert overlaid([Curves("A", [[(0.0, 1.0)], [(5.0, 1.0)]], "accent")], what="loss") is None
