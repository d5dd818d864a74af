"""A run directory belongs to one process at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cifar_pipe.runner import lock
from cifar_pipe.runner.lock import holder_of, take, try_lock


def test_a_lock_is_taken_once_and_freed_when_its_file_is_closed(tmp_path: Path) -> None:
    with (tmp_path / ".lock").open("a+") as first, (tmp_path / ".lock").open("a+") as second:
        assert try_lock(first)
        assert not try_lock(second)
        first.close()
        assert try_lock(second)


def test_the_holder_is_known_by_its_number(tmp_path: Path) -> None:
    with (tmp_path / ".lock").open("a+") as first, (tmp_path / ".lock").open("a+") as second:
        assert take(first)
        assert not take(second)
        assert holder_of(second) == str(os.getpid())


def test_the_number_of_a_process_that_has_ended_is_not_yet_the_holders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / ".lock"
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    path.write_text(f"{ended.pid}\n")
    with path.open("a+") as file:
        monkeypatch.setattr(lock.time, "sleep", lambda seconds: seconds and path.write_text("1\n"))
        assert holder_of(file) == "1"
