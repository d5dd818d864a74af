"""Stages and the keys of overrides, as a shell completes them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Completed = Callable[[str], list[str]]


@pytest.mark.parametrize("option", ["--from", "--until", "--only", "--force"])
def test_stages_are_those_of_the_pipeline(completed: Completed, mine: Path, option: str) -> None:
    assert completed(f"run {mine.name} {option} e") == ["evaluate"]


def test_keys_are_those_of_its_stages_with_what_their_components_take(
    completed: Completed, mine: Path
) -> None:
    found = completed(f"run {mine.name} -S train.")
    assert {"train.epochs=", "train.loss=", "train.optimizer.lr=", "train.from="} <= set(found)
    assert "train.optimizer.betas=" not in found
    assert completed(f"run {mine.name} -S build_model.layers.fc1.out") == [
        "build_model.layers.fc1.out_features="
    ]
    assert completed(f"run {mine.name} -S runtime.d") == ["runtime.device="]
    assert completed(f"status {mine.name} -S se") == ["seed="]


def test_values_are_those_that_have_a_name(completed: Completed, mine: Path) -> None:
    key = f"run {mine.name} -S"
    assert completed(f"{key} train.optimizer=AdamW") == ["train.optimizer=AdamW"]
    assert completed(f"{key} evaluate.split=") == [
        f"evaluate.split={one}" for one in ("train", "val", "test")
    ]
    assert completed(f"{key} train.restore_best=") == [
        "train.restore_best=true",
        "train.restore_best=false",
    ]
    assert completed(f"{key} train.epochs=") == []


def test_without_a_pipeline_that_can_be_read_there_is_nothing(
    completed: Completed, tmp_path: Path
) -> None:
    (tmp_path / "broken.yaml").write_text("stages: [")
    (tmp_path / "binary.yaml").write_bytes(b"\x00\xff")
    for name in ("nowhere.yaml", "broken.yaml", "binary.yaml"):
        assert completed(f"run {name} -S train.") == []
        assert completed(f"run {name} --from ") == []


def test_torch_stays_unimported(mine: Path) -> None:
    code = (
        "import sys\nfrom cifar_pipe.__main__ import main\n"
        "try:\n    main()\nfinally:\n    assert 'torch' not in sys.modules\n"
    )
    words = {"_CIFAR_PIPE_COMPLETE": "complete_zsh"}
    words["_TYPER_COMPLETE_ARGS"] = f"cifar-pipe run {mine.name} -S train.optimizer.l"
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, cwd=mine.parent, env={**os.environ, **words}, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"train.optimizer.lr=" in done.stdout
