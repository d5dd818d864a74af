from __future__ import annotations

import itertools
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from cifar_pipe import run
from cifar_pipe.api.notebook import NotebookEvents, is_notebook
from tests.api.kit import small


class Display:
    """What IPython shows below a cell."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def display(self, content: dict[str, str], *, raw: bool, display_id: bool) -> Display:
        self.update(content, raw=raw)
        return self

    def update(self, content: dict[str, str], *, raw: bool) -> None:
        self.lines.append(content["text/plain"])


def ipython(monkeypatch: pytest.MonkeyPatch, **shell: Any) -> Display:
    display = Display()
    found = SimpleNamespace(get_ipython=lambda: SimpleNamespace(**shell), display=display)
    monkeypatch.setitem(sys.modules, "IPython", found)
    return display


def test_progress_is_one_line_below_the_cell_that_is_gone_at_the_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = ipython(monkeypatch, kernel=object())
    seconds = itertools.count()
    clock = SimpleNamespace(monotonic=lambda: float(next(seconds)))
    monkeypatch.setattr("cifar_pipe.api.notebook.time", clock)
    run(small(), verbose=True)
    assert "train  100%" in shown.lines
    assert shown.lines[-1] == ""
    assert "train  1/1  loss " in capfd.readouterr().err


def test_named_values_stand_beside_the_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = ipython(monkeypatch, kernel=object())
    bar = NotebookEvents().progress("train", 4)
    bar.advance(1, loss=0.5)
    bar.close()
    assert shown.lines == ["train  25%  loss 0.500", ""]


def test_ipython_in_a_terminal_is_no_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    ipython(monkeypatch)
    assert not is_notebook()


def test_python_alone_is_no_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert not is_notebook()
