"""A sample of what `python -m tests.crashes` does, which takes an hour."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Done
from tests.crashes.results import differences, result_of
from tests.crashes.small_run import FILE, write_small_run

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked, and seen in /proc")
def test_nothing_is_lost_in_a_sample_of_crashes() -> None:
    # A process of its own: one that has trained cannot be forked safely.
    command = [sys.executable, "-m", "tests.crashes", "--sample"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_another_result_is_seen(cli: Callable[..., Done], tmp_path: Path) -> None:
    """The control: the comparison can fail."""
    write_small_run(tmp_path)
    for out, seed in (("one", 3), ("same", 3), ("other", 4)):
        assert cli("run", FILE, "--run-dir", out, "-S", f"seed={seed}").status == 0
    one, same, other = (result_of(tmp_path / out) for out in ("one", "same", "other"))
    assert differences(one, same) == []
    assert {line.split()[0] for line in differences(one, other)} > {"weights", "rows", "page"}
