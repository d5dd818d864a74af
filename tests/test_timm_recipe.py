"""The recipe that follows one of timm's: it validates, and runs on a few small images."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Done

RECIPE = str(ROOT / "pipelines/recipes/imagenet_resnext50_timm.yaml")
SMALL = (
    "load_data.dataset={type: Shapes, image_shape: [3, 40, 40], num_classes: 3, train: 24, test: 6}",
    "load_data.validation_split=0.25",
    "load_data.batch_size=4",
    "train.epochs=1",
    "train.accumulate=2",
    "train.optimizer.lr=0.001",
    "train.scheduler=null",
    "build_model.layers.0.name=resnet10t",
    "runtime.precision=float32",
)


@pytest.fixture(autouse=True)
def needs_timm() -> None:
    pytest.importorskip("timm")


def test_it_validates_as_it_is(cli: Callable[..., Done]) -> None:
    done = cli("validate", RECIPE)
    assert done.status == 0, done.err


def test_it_runs_on_small_data(cli: Callable[..., Done], tmp_path: Path) -> None:
    overrides = [word for change in SMALL for word in ("-S", change)]
    done = cli("run", RECIPE, "--run-dir", "run", *overrides)
    assert done.status == 0, done.err
    state = json.loads((tmp_path / "run/run.json").read_text())
    assert 0 <= state["metrics"]["evaluate"]["accuracy"] <= 1
    assert "{type: CenterCrop, size: [176, 176]}" in (tmp_path / "run/resolved.yaml").read_text()
