"""The recipes of pipelines/recipes are valid, run, and say in their heads what was measured."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Done

RECIPES = sorted((ROOT / "pipelines/recipes").glob("*.yaml"))
SMALL_SHAPES = "load_data.dataset={type: Shapes, image_shape: [1, 8, 8], train: 40, test: 20}"
SMALL_COLOURED = "load_data.dataset={type: Shapes, train: 40, test: 20}"
THREE_STEPS = ["train.epochs=null", "train.steps=3"]
# What makes them small; a recipe that is not here is only checked.
SMALLER = {
    "cifar10_cpu": [SMALL_COLOURED, "load_data.batch_size=8", *THREE_STEPS],
    "cifar10_resnet18": [
        SMALL_COLOURED,
        "load_data.batch_size=8",
        "runtime.device=cpu",
        *THREE_STEPS,
    ],
    "kfold_small": [SMALL_SHAPES, "train.epochs=1"],
    "resnet18_finetune": [
        "vars.size=[32, 32]",
        "load_data.dataset.root={folder}",
        "build_model.layers.model.weights=null",
        "train_head.epochs=1",
        "train_all.epochs=1",
        "train_all.scheduler=null",
    ],
}


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_validates_and_opens_with_its_command_and_what_was_measured(
    cli: Callable[..., Done], path: Path
) -> None:
    done = cli("validate", str(path))
    assert done.status == 0, done.err
    head = "".join(line for line in path.read_text().splitlines(keepends=True) if line[0] == "#")
    assert f"cifar-pipe run pipelines/recipes/{path.name}" in head
    assert "Accuracy" in head
    assert "Time" in head


@pytest.mark.parametrize("name", SMALLER)
def test_a_recipe_runs(
    cli: Callable[..., Done], tmp_path: Path, image_folder: Path, name: str
) -> None:
    path = ROOT / "pipelines/recipes" / f"{name}.yaml"
    changes = [change.replace("{folder}", str(image_folder)) for change in SMALLER[name]]
    overrides = [word for change in changes for word in ("-S", change)]
    folds = ["--folds", "2"] if name.startswith("kfold") else []
    done = cli("run", str(path), "--run-dir", "run", *folds, *overrides)
    assert done.status == 0, done.err
    run_dir = tmp_path / ("run/fold-1" if folds else "run")
    assert json.loads((run_dir / "run.json").read_text())["status"] == "done"
