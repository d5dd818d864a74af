from __future__ import annotations

from cifar_pipe.diagnostics.render import Paint


def test_text_is_coloured_where_colour_is_on() -> None:
    assert Paint(on=True)("bold red", "error") == "\x1b[1;31merror\x1b[0m"
    assert Paint(on=False)("bold red", "error") == "error"


def test_no_text_needs_no_colour() -> None:
    assert Paint(on=True)("dim", "") == ""
