from __future__ import annotations

import io
import sys

import pytest

from cifar_pipe.cli.terminal import TerminalEvents, stderr_colour


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_results_go_to_stdout_and_the_rest_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    events = TerminalEvents()
    events.say("result")
    events.note("note")
    events.warn("careful")
    bar = events.progress("train", 10)
    bar.advance(loss=0.5)
    bar.close()
    assert capsys.readouterr() == ("result\n", "note\nwarning: careful\n")


def test_colour_is_for_terminals_unless_no_color_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert not stderr_colour()
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert stderr_colour()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not stderr_colour()


def test_on_a_terminal_a_bar_has_the_label_and_the_words_are_above_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal)
    events = TerminalEvents()
    bar = events.progress("train", 10)
    bar.advance(5, loss=1234.5)
    events.note("a note")
    bar.close()
    text = terminal.getvalue()
    assert "train" in text
    assert "loss 1,234" in text
    assert "a note" in text
