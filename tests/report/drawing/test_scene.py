from __future__ import annotations

from cifar_pipe.report.drawing.scene import shortened, text_width


def test_texts_that_are_too_wide_are_shortened() -> None:
    text = shortened("a very long class name indeed", 80)
    assert text.endswith("…")
    assert text_width(text) <= 80
    assert shortened("cat", 80) == "cat"
