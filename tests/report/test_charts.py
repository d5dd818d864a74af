from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cifar_pipe.report.charts import Series, bars, curves, matrix, thinned
from cifar_pipe.report.drawing import Dot, Line, Rect, Scene, Text, Tiles, text_width, to_svg

LOSS = Series("training", [(2000.0 * n, 2.3 / n) for n in range(1, 13)])


def texts(scene: Scene) -> list[str]:
    return [shape.text.replace("\u00a0", " ") for shape in scene.shapes if isinstance(shape, Text)]


def assert_inside(scene: Scene) -> None:
    for shape in scene.shapes:
        match shape:
            case Line():
                places = shape.points
            case Rect():
                places = [(shape.x, shape.y), (shape.x + shape.width, shape.y + shape.height)]
            case Dot():
                places = [(shape.x, shape.y)]
            case Tiles():
                places = [(x + shape.width, y + shape.height) for x, y in shape.places]
            case Text(angle=0):
                width = text_width(shape.text, size=shape.size)
                start = shape.x - {"start": 0, "middle": width / 2, "end": width}[shape.anchor]
                # The last tick's text may hang over by a little: there is a white margin.
                places = [(start, shape.y), (min(start + width, scene.width), shape.y)]
                assert start + width <= scene.width + 12, shape
            case _:
                places = []
        for x, y in places:
            assert -0.01 <= x <= scene.width + 0.01, shape
            assert -0.01 <= y <= scene.height + 0.01, shape


def test_curves_name_the_axes_the_epochs_and_the_last_value() -> None:
    scene = curves([LOSS], what="loss", epochs=[12000, 24000])
    found = texts(scene)
    assert {"loss", "step (batches seen)", "epoch 1", "epoch 2", "0.192"} <= set(found)
    assert_inside(scene)


def test_two_curves_have_a_legend() -> None:
    scene = curves([LOSS, Series("validation", [(24000, 0.2)], "second", dots=True)], what="loss")
    assert {"training", "validation"} <= set(texts(scene))


def test_curves_are_told_in_words() -> None:
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


@settings(max_examples=60, deadline=None)
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


def test_bars_keep_the_order_of_the_classes_and_tell_the_shares() -> None:
    scene = bars({"plane": 0.6, "car": 0.75, "cat": 0.0}, overall=0.45)
    found = texts(scene)
    assert [text for text in found if text in ("plane", "car", "cat")] == ["plane", "car", "cat"]
    assert {"60.0 %", "75.0 %", "0.0 %", "all 45.0 %"} <= set(found)
    assert_inside(scene)


@pytest.mark.parametrize("overall", [0.0, 0.5, 1.0])
def test_the_line_of_the_overall_accuracy_has_its_text_in_the_picture(overall: float) -> None:
    assert_inside(bars({"a": overall}, overall=overall))


def test_of_many_classes_the_best_and_the_worst_are_shown() -> None:
    scene = bars({f"class {n}": n / 100 for n in range(100)}, overall=0.495)
    found = texts(scene)
    assert "class 99" in found
    assert "class 0" in found
    assert "class 50" not in found
    assert "… 76 classes between …" in found


def test_a_matrix_has_names_and_counts() -> None:
    scene = matrix([[8, 2], [0, 10]], ["cat", "dog"])
    found = texts(scene)
    assert found.count("cat") == 2
    assert {"8", "2", "10", "true class", "predicted class"} <= set(found)
    assert "0" not in found
    assert scene.label == "Confusion matrix of 2 classes: 18 of 20 right"
    assert_inside(scene)


def test_cells_tell_themselves_when_pointed_at() -> None:
    titles = [
        s.title for s in matrix([[8, 2], [0, 10]], ["cat", "dog"]).shapes if isinstance(s, Rect)
    ]
    assert [title.replace("\u00a0", " ") for title in titles] == [
        "cat right: 8 (80.0 %)",
        "cat taken for dog: 2 (20.0 %)",
        "dog right: 10 (100.0 %)",
    ]


def test_a_class_without_images_does_no_harm() -> None:
    assert_inside(matrix([[0, 0], [1, 3]], ["cat", "dog"]))


def test_a_matrix_of_100_classes_stays_small_and_has_numbers_for_names() -> None:
    counts = [[100 if i == j else (i * j) % 3 for j in range(100)] for i in range(100)]
    scene = matrix(counts, [f"class {n}" for n in range(100)])
    assert len(to_svg(scene)) < 200_000
    assert {"0", "10", "90"} <= set(texts(scene))
    assert_inside(scene)


def test_many_curves_have_their_legend_in_rows_below_the_title() -> None:
    names = [f"a training with a name {n}" for n in range(6)]
    scene = curves([Series(name, LOSS.points, "third") for name in names], what="loss")
    assert set(names) <= set(texts(scene))
    assert_inside(scene)
