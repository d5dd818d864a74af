from __future__ import annotations

import pytest

from cifar_pipe.report.charts.bars import bars
from tests.report.charts.scenes import assert_inside, texts


def test_bars_keep_the_order_of_the_classes_and_show_the_shares() -> None:
    scene = bars({"plane": 0.6, "car": 0.75, "cat": 0.0}, overall=0.45, what="accuracy")
    found = texts(scene)
    assert [text for text in found if text in ("plane", "car", "cat")] == ["plane", "car", "cat"]
    assert {"60.0 %", "75.0 %", "0.0 %", "all 45.0 %"} <= set(found)
    assert_inside(scene)


@pytest.mark.parametrize("overall", [0.0, 0.5, 1.0])
def test_the_line_of_the_overall_accuracy_has_its_text_in_the_picture(overall: float) -> None:
    assert_inside(bars({"a": overall}, overall=overall, what="accuracy"))


def test_of_many_classes_the_best_and_the_worst_are_shown() -> None:
    scene = bars({f"class {n}": n / 100 for n in range(100)}, overall=0.495, what="accuracy")
    found = texts(scene)
    assert "class 99" in found
    assert "class 0" in found
    assert "class 50" not in found
    assert "… 76 classes between …" in found
