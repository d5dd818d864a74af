from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from cifar_pipe.report.run_folder import RunFolder
from cifar_pipe.report.sections.training import training_parts


def test_a_training_has_its_length_its_speed_and_its_settings(run_dir: Path) -> None:
    [part] = training_parts(RunFolder(run_dir))
    facts = {label: text.replace("\u00a0", " ") for label, text in part.facts}
    assert facts["length"] == "2 epochs, 25,000 steps"
    assert facts["time"] == "37 s"
    assert facts["speed"] == "2,674 images a second"
    assert facts["optimizer"] == "SGD, lr 0.001, momentum 0.9"
    assert facts["last training loss"].endswith("at step 24,000")
    assert "learning rate" not in facts
    assert part.seconds == 37.4
    assert part.last_loss is not None
    assert list(part.charts) == ["loss"]


def test_the_unit_of_a_summed_loss_is_a_fact(run_dir: Path) -> None:
    path = run_dir / "stages" / "train" / "history.json"
    unit = "summed over each batch, shown per image"
    path.write_text(json.dumps({**json.loads(path.read_text()), "loss": unit}))
    [part] = training_parts(RunFolder(run_dir))
    assert ("values of the loss", unit) in part.facts


def test_validation_and_a_changing_rate_have_charts(make_run: Callable[..., Path]) -> None:
    [part] = training_parts(RunFolder(make_run(val=True, epochs=3, steps=100, every=10)))
    assert list(part.charts) == ["loss", "accuracy", "learning_rate"]
    assert ("best epoch", "3, val_accuracy 71.3\u00a0%") in part.facts
    assert "validation: from" in part.charts["loss"].summary


def test_a_rate_that_the_optimizer_does_not_write_is_a_fact(run_dir: Path) -> None:
    path = run_dir / "resolved.yaml"
    path.write_text(path.read_text().replace(", lr: 0.001", ""))
    [part] = training_parts(RunFolder(run_dir))
    assert ("learning rate", "0.001") in part.facts


def test_a_training_that_was_killed_has_what_it_logged(run_dir: Path) -> None:
    shutil.rmtree(run_dir / "stages" / "train")
    [part] = training_parts(RunFolder(run_dir))
    assert part.seconds is None
    assert "loss" in part.charts


def test_a_stage_that_logs_no_loss_is_not_a_training(tmp_path: Path) -> None:
    row = {"stage": "evaluate", "step": 1, "accuracy": 0.5}
    (tmp_path / "metrics.jsonl").write_text(json.dumps(row))
    assert training_parts(RunFolder(tmp_path)) == []
