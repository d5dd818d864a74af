from __future__ import annotations

import pytest

from cifar_pipe.report.charts.bars import bars
from cifar_pipe.report.charts.chart import in_a_file, on_a_page
from cifar_pipe.report.charts.look import FONT, WIDE_FONT


@pytest.mark.parametrize(("name", "font"), [("Übergröße – 1", FONT), ("图像", WIDE_FONT)])
def test_the_font_for_wide_letters_is_named_where_there_are_some(name: str, font: str) -> None:
    chart = bars({name: 0.5, "b": 0.25}, overall=None, what="accuracy")
    assert on_a_page(chart)["config"]["font"] == font
    assert in_a_file(chart)["config"]["axis"]["labelFont"] == font
