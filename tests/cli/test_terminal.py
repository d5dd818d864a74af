from __future__ import annotations

import io
import sys

import pytest

from cifar_pipe.cli.terminal import (
    TerminalEvents,
    echo,
    echo_text,
    fitted,
    only_results,
    stderr_colour,
)


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
    assert "1,234 loss" in text or "loss 1,234" in text
    assert "a note" in text


HOSTILE = "a\x1b]0;T\x07\x9b5m\r\u202e\nb[red]"
HARMLESS = "a␛]0;T␇\ufffd5m␍\ufffd␊b[red]"


def test_no_text_is_obeyed_or_makes_two_lines(capsys: pytest.CaptureFixture[str]) -> None:
    events = TerminalEvents()
    events.say(HOSTILE)
    events.note(HOSTILE)
    events.warn(HOSTILE)
    echo(HOSTILE, "second", label=HOSTILE[:0])
    assert capsys.readouterr() == (
        f"{HARMLESS}\n{HARMLESS}\nsecond\n",
        f"{HARMLESS}\nwarning: {HARMLESS}\n",
    )


def test_nor_beside_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(sys, "stdout", terminal)
    events = TerminalEvents()
    bar = events.progress(HOSTILE, 10)
    bar.advance(5, name=HOSTILE)
    for write in (events.say, events.note, events.warn):
        write(HOSTILE)
    bar.close()
    text = terminal.getvalue()
    assert text.count(HARMLESS) == 3
    assert not [one for one in ("\x1b]", "\x07", "\x9b", "\u202e", "\nb") if one in text]


def test_what_libraries_print_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    with only_results():
        print("Downloading ...")
        TerminalEvents().say("result")
        echo("table")
        echo_text("text\n")
    print("later")
    assert capsys.readouterr() == ("result\ntable\ntext\nlater\n", "Downloading ...\n")


def test_a_terminal_of_few_characters_gets_those_that_it_has() -> None:
    ascii_only = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="backslashreplace")
    assert fitted("54.2\u00a0% ± 1.0, 3 × 4 …", ascii_only) == "54.2 % +- 1.0, 3 x 4 ..."
    utf8 = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    assert fitted("54.2\u00a0% ± 1.0", utf8) == "54.2 % ± 1.0"
    ascii_only.write(fitted("图", ascii_only))
    ascii_only.flush()
    assert ascii_only.buffer.getvalue() == b"\\u56fe"  # type: ignore[attr-defined]


def test_long_lines_are_broken_between_words_on_a_terminal_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "train longer, as the loss still falls: -S train.epochs=4"
    TerminalEvents().warn(text)
    assert capsys.readouterr().err == f"warning: {text}\n"
    terminal = Terminal()
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys, "stderr", terminal)
    TerminalEvents().warn(text)
    assert terminal.getvalue().splitlines() == [
        "warning: train longer, as the loss still",
        "  falls: -S train.epochs=4",
    ]
