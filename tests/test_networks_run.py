"""Every network of pipelines/networks runs: one step on two drawn images, then its evaluation."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Done

FILES = sorted((ROOT / "pipelines" / "networks").glob("*.yaml"))
SHAPES = "{type: Shapes, image_shape: [%d, 32, 32], train: 2, test: 2}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_trains_a_step_and_is_evaluated(
    path: Path, cli: Callable[..., Done], tmp_path: Path
) -> None:
    channels = 1 if path.stem == "lenet5" else 3
    done = cli(
        *("run", str(path), "--run-dir", "out"),
        *("-S", f"load_data.dataset={SHAPES % channels}"),
        *("-S", "load_data.batch_size=2"),
        *("-S", "save=null"),  # half a gigabyte, of the VGGs
        *("-S", "train.epochs=null", "-S", "train.steps=1"),
    )
    assert done.status == 0, done.err
    state = json.loads((tmp_path / "out/run.json").read_text())
    assert 0 <= state["metrics"]["evaluate"]["accuracy"] <= 1
