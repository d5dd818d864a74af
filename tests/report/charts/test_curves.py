from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from cifar_pipe.report.charts.curves import Series, curves, thinned
from cifar_pipe.report.drawing.scene import Line
from cifar_pipe.report.drawing.svg import to_svg
from tests.report.charts.scenes import assert_inside, texts

LOSS = Series("training", [(2000.0 * n, 2.3 / n) for n in range(1, 13)])


def test_curves_name_the_axes_the_epochs_and_the_last_value() -> None:
    scene = curves([LOSS], what="loss", epochs=[12000, 24000])
    found = texts(scene)
    assert {"loss", "step (batches seen)", "epoch 1", "epoch 2", "0.192"} <= set(found)
    assert_inside(scene)


def test_two_curves_have_a_legend() -> None:
    scene = curves([LOSS, Series("validation", [(24000, 0.2)], "second", dots=True)], what="loss")
    assert {"training", "validation"} <= set(texts(scene))


def test_curves_are_described_in_words() -> None:
    scene = curves([LOSS], what="loss")
    assert (
        scene.label == "loss over steps. training: from 2.3 at step 2,000 to 0.192 at step 24,000"
    )


def test_shares_stay_within_0_and_100_percent() -> None:
    scene = curves([Series("validation", [(1, 0.0), (2, 1.0)])], what="accuracy", shares=True)
    assert {"0 %", "100 %"} <= set(texts(scene))
    assert "120 %" not in texts(scene)


def test_many_epochs_are_not_all_named() -> None:
    ends = [391.0 * n for n in range(1, 201)]
    scene = curves([Series("validation", [(end, 0.5) for end in ends])], what="loss", epochs=ends)
    assert len(texts(scene)) < 40


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(1, 10**7), st.floats(-1e6, 1e6)), min_size=1, max_size=50),
    st.integers(0, 40),
)
def test_curves_stay_inside_their_picture(points: list[tuple[float, float]], epochs: int) -> None:
    last = max(x for x, _ in points)
    ends = [last * (n + 1) / epochs for n in range(epochs)]
    scene = curves([Series("training", sorted(points))], what="loss", epochs=ends)
    assert_inside(scene)
    ET.fromstring(to_svg(scene))


def test_thinning_keeps_the_ends_and_every_peak() -> None:
    points = [(float(x), 0.0) for x in range(100_000)]
    points[54_321] = (54_321.0, 9.0)
    few = thinned(points)
    assert len(few) <= 402
    assert {points[0], points[54_321], points[-1]} <= set(few)
    assert set(few) <= set(points)


def test_many_curves_have_their_legend_in_rows_below_the_title() -> None:
    names = [f"a training with a name {n}" for n in range(6)]
    scene = curves([Series(name, LOSS.points, "third") for name in names], what="loss")
    assert set(names) <= set(texts(scene))
    assert_inside(scene)


def test_the_best_epoch_is_marked_in_the_picture_and_in_words() -> None:
    series = Series("training", [(100.0, 2.0), (900.0, 1.0)])
    scene = curves([series], what="loss", best=("best: epoch 7, its weights kept", 700.0))
    assert "best: epoch 7, its weights kept" in texts(scene)
    assert scene.label.endswith("; best: epoch 7, its weights kept at step 700")
    assert_inside(scene)


def test_stairs_hold_each_value_from_the_step_before() -> None:
    rates = Series("learning rate", [(0.0, 0.1), (10.0, 0.1), (20.0, 0.01)], stairs=True)
    scene = curves([rates], what="learning rate")
    line = max(
        (one for one in scene.shapes if isinstance(one, Line)), key=lambda one: len(one.points)
    )
    (_, first), (x1, y1), (x2, y2), (x3, y3), (_, last) = line.points
    assert first == y1 == y2 < y3 == last
    assert x1 < x2 == x3
