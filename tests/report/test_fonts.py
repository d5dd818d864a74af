"""Which font writes a text, and what is said of characters that none has."""

from __future__ import annotations

import pytest
from PIL import ImageFont

from cifar_pipe.report import fonts
from cifar_pipe.report.fonts import font_for, missing, missing_in_words, shortened


def test_pils_own_font_is_taken_where_it_has_the_characters() -> None:
    assert font_for("plane 54 %", 16.0) is font_for("", 16.0)
    assert missing("plane 54 %", font_for("", 16.0)) == ""
    assert missing_in_words("plane 54 %\n") is None


def test_it_is_known_which_characters_a_font_does_not_have() -> None:
    own = ImageFont.load_default(16)
    assert missing("a图b像图 ", own) == "图像"


def test_an_installed_font_is_taken_for_what_pils_own_does_not_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Any font of PIL's tests would do; here its own at another size stands for an installed one."""
    installed = ImageFont.load_default(40)
    monkeypatch.setattr(fonts, "_installed", lambda *_: installed)
    monkeypatch.setattr(fonts, "missing", lambda text, used: "" if used is installed else text)
    assert font_for("图像", 16.0) is installed


def test_characters_that_no_font_has_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_installed", lambda *_: None)
    words = missing_in_words("图像 plane")
    assert words is not None
    assert words.startswith("no installed font has the characters 图像: ")


def test_texts_that_are_too_wide_are_shortened() -> None:
    assert shortened("abcdef", 4, width_of=len) == "abc…"
    assert shortened("abcd", 4, width_of=len) == "abcd"
