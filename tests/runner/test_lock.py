"""A run directory belongs to one process at a time."""

from __future__ import annotations

from pathlib import Path

from cifar_pipe.runner.lock import try_lock


def test_a_lock_is_taken_once_and_freed_when_its_file_is_closed(tmp_path: Path) -> None:
    with (tmp_path / ".lock").open("a+") as first, (tmp_path / ".lock").open("a+") as second:
        assert try_lock(first)
        assert not try_lock(second)
        first.close()
        assert try_lock(second)
