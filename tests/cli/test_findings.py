"""Warnings are reported, and the pipeline runs; --no-shapes says what it skips."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cases.case import BASE
from tests.conftest import Done

Cli = Callable[..., Done]
WARNING = ("-S", "train.log_every=99")


@pytest.fixture(autouse=True)
def _mine(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(BASE)


def test_a_warning_is_reported_and_the_pipeline_is_ok(cli: Cli) -> None:
    done = cli("validate", "mine.yaml", *WARNING)
    assert (done.status, done.out) == (0, "mine.yaml: ok, 1 warning\n")
    assert "warning[no-effect]: log_every is 99, and an epoch has 10 steps" in done.err


def test_strict_makes_it_count(cli: Cli) -> None:
    assert cli("validate", "mine.yaml", "--strict", *WARNING).status == 1
    assert cli("validate", "mine.yaml", "--strict").status == 0


def test_in_json_each_finding_has_its_severity(cli: Cli) -> None:
    (warning,) = json.loads(cli("validate", "mine.yaml", "--format", "json", *WARNING).out)
    assert warning["severity"] == "warning"
    done = cli("validate", "mine.yaml", "--format", "json", "-S", "seed=x", *WARNING)
    (error,) = json.loads(done.out)
    assert (done.status, error["severity"]) == (1, "error")


def test_with_errors_no_warnings_are_reported(cli: Cli) -> None:
    done = cli("validate", "mine.yaml", "-S", "seed=x", *WARNING)
    assert done.status == 1
    assert "warning" not in done.err


def test_without_shapes_torch_stays_out_and_what_is_skipped_is_reported(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom cifar_pipe.cli.app import app\n"
        "app(['validate', 'mine.yaml', '--no-shapes'], standalone_mode=False)\n"
        "assert 'torch' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "mine.yaml: nothing found, 1 not known\n"
    assert "not known: the shapes of build_model" in done.stderr
