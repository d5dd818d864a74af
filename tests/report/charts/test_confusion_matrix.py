from __future__ import annotations

from cifar_pipe.report.charts.confusion_matrix import confusion_matrix
from cifar_pipe.report.drawing.scene import Rect
from cifar_pipe.report.drawing.svg import to_svg
from tests.report.charts.scenes import assert_inside, texts


def test_a_matrix_has_names_and_counts() -> None:
    scene = confusion_matrix([[8, 2], [0, 10]], ["cat", "dog"])
    found = texts(scene)
    assert found.count("cat") == 2
    assert {"8", "2", "10", "true class", "predicted class"} <= set(found)
    assert "0" not in found
    assert scene.label == "Confusion matrix of 2 classes: 18 of 20 right"
    assert_inside(scene)


def test_cells_have_titles() -> None:
    titles = [
        s.title
        for s in confusion_matrix([[8, 2], [0, 10]], ["cat", "dog"]).shapes
        if isinstance(s, Rect)
    ]
    assert [title.replace("\u00a0", " ") for title in titles] == [
        "cat right: 8 (80.0 %)",
        "cat taken for dog: 2 (20.0 %)",
        "dog right: 10 (100.0 %)",
    ]


def test_a_class_without_images_does_no_harm() -> None:
    assert_inside(confusion_matrix([[0, 0], [1, 3]], ["cat", "dog"]))


def test_a_matrix_of_100_classes_stays_small_and_has_numbers_for_names() -> None:
    counts = [[100 if i == j else (i * j) % 3 for j in range(100)] for i in range(100)]
    scene = confusion_matrix(counts, [f"class {n}" for n in range(100)])
    assert len(to_svg(scene)) < 200_000
    assert {"0", "10", "90"} <= set(texts(scene))
    assert_inside(scene)
