from __future__ import annotations

from cifar_pipe.report.sections.class_table import ClassTable, counted

COUNTS = [[6, 4, 0], [1, 9, 0], [0, 0, 0]]


def texts(head: str) -> list[str]:
    (column,) = (one for one in counted(("cat", "dog", "fox"), COUNTS) if one.head == head)
    return [cell.text.replace("\u00a0", " ") for cell in column.cells]


def test_the_counts_tell_how_each_class_is_found() -> None:
    assert texts("images") == ["10", "10", "0"]
    assert texts("recall") == ["60.0 %", "90.0 %", "–"]
    assert texts("precision") == ["85.7 %", "69.2 %", "–"]
    assert texts("F1") == ["70.6 %", "78.3 %", "–"]
    assert texts("95 % interval") == ["31.3 % to 83.2 %", "59.6 % to 98.2 %", "–"]


def test_each_class_names_its_most_frequent_wrong_answer() -> None:
    assert texts("usually taken for") == ["dog, 40.0 %", "cat, 10.0 %", "–"]


def test_only_many_classes_are_searched() -> None:
    assert not ClassTable(["a"] * 12, []).is_searched
    assert ClassTable(["a"] * 13, []).is_searched
