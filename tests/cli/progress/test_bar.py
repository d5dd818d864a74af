"""What a live bar says in so many columns."""

from __future__ import annotations

import io
import sys

import pytest

from cifar_pipe.cli.progress import bar as module
from cifar_pipe.cli.progress.bar import Bar


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def drawn(monkeypatch: pytest.MonkeyPatch, columns: int, total: int | None = 25_000) -> str:
    """The line that is drawn last, 30 s after the beginning of a training that is half done."""
    terminal, now = Terminal(), [0.0]
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(module, "_EVERY", 0.0)
    bar = Bar("train", total, lambda _: None)
    bar._progress.get_time = lambda: now[0]
    for now[0] in (10.0, 20.0, 30.0):
        bar.advance(4_000, epoch="1/2", loss=1.2962, **{"images/s": 1977.4})
    line = terminal.getvalue().rpartition("train 1/2")[2]
    bar.close()
    return "train 1/2" + line.partition("\x1b")[0].rstrip()


def test_it_has_epoch_steps_loss_speed_and_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    text = drawn(monkeypatch, 80)
    assert text.startswith("train 1/2 ━")
    assert text.endswith(" 12,000/25,000  loss 1.296  1,977 images/s  0:33 left")
    assert len(text) == 79


def test_a_narrow_terminal_has_the_time_left_and_not_the_speed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = drawn(monkeypatch, 48)
    assert text.endswith(" 12,000/25,000  0:33 left")
    assert len(text) < 48


def test_without_an_end_there_is_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(monkeypatch, 80, total=None).endswith(" 12,000  loss 1.296  1,977 images/s")
