from __future__ import annotations

from cifar_pipe.report.charts.confusion_matrix import MOST_LISTED, confusion_matrix


def test_a_matrix_has_its_counts_and_shares_by_true_and_predicted_class() -> None:
    chart = confusion_matrix([[8, 2], [0, 10]], ["cat", "dog"])
    cells = [(one["t"], one["p"], one["n"]) for one in chart.spec["data"]["values"]]
    assert cells == [("cat", "cat", "8"), ("cat", "dog", "2"), ("dog", "dog", "10")]
    assert chart.summary == "Confusion matrix of 2 classes: 18 of 20 right"
    assert [cell.replace("\u00a0", " ") for cell in chart.table[1]] == ["cat", "dog", "2", "20.0 %"]


def test_a_class_without_images_does_no_harm() -> None:
    chart = confusion_matrix([[0, 0], [1, 3]], ["cat", "dog"])
    assert len(chart.spec["data"]["values"]) == 2


def test_a_matrix_of_many_classes_has_their_numbers_and_stands_in_a_page_as_an_image() -> None:
    counts = [[100 if i == j else (i * j) % 3 for j in range(100)] for i in range(100)]
    chart = confusion_matrix(counts, [f"class {n}" for n in range(100)])
    assert chart.raster
    assert chart.spec["encoding"]["x"]["axis"]["values"] == [str(n) for n in range(0, 100, 10)]
    assert chart.spec["data"]["values"][0] == {
        "t": "0", "p": "0", "n": "100", "o": 1.0, "r": 1, "s": "100.0\u00a0%",
    }  # fmt: skip
    assert len(chart.table) == 1 + MOST_LISTED
