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


def test_what_the_test_split_gave_is_a_point_where_the_kept_weights_are(
    make_run: Callable[..., Path],
) -> None:
    run_dir = make_run(val=True, epochs=3, steps=100, every=10)
    [part] = training_parts(RunFolder(run_dir))
    assert part.charts["loss"].table[-1][3] == "1.27"
    history, resolved = run_dir / "stages" / "train" / "history.json", run_dir / "resolved.yaml"
    best = {**json.loads(history.read_text()), "best": {"epoch": 2, "metric": "val_loss"}}
    history.write_text(json.dumps(best))
    text = resolved.read_text()
    resolved.write_text(text.replace("epochs: 2", "epochs: 2\n    restore_best: true"))
    [part] = training_parts(RunFolder(run_dir))
    assert [row[0] for row in part.charts["loss"].table[1:] if row[3]] == ["200"]


def test_a_point_is_that_of_the_training_whose_network_was_measured(run_dir: Path) -> None:
    shutil.copytree(run_dir / "stages" / "train", run_dir / "stages" / "later")
    log = run_dir / "metrics.jsonl"
    log.write_text(log.read_text() + log.read_text().replace('"train"', '"later"'))
    resolved = run_dir / "resolved.yaml"
    text = resolved.read_text()
    resolved.write_text(text + "  later: {type: train}\n  fresh: {type: load, file: x.pth}\n")
    first, second = training_parts(RunFolder(run_dir))
    assert [key.name for key in first.charts["loss"].keys] == ["training", "test"]
    assert [key.name for key in second.charts["loss"].keys] == ["training"]
    moved = text.replace("evaluate: {split: test", "evaluate: {from: {model: later}, split: test")
    resolved.write_text(f"{moved}  later: {{type: train}}\n")
    first, second = training_parts(RunFolder(run_dir))
    assert [len(one.charts["loss"].keys) for one in (first, second)] == [1, 2]


def test_a_loss_of_its_own_is_not_the_one_of_the_curve(run_dir: Path) -> None:
    resolved = run_dir / "resolved.yaml"
    text = resolved.read_text()
    resolved.write_text(text.replace("evaluate: {split", "evaluate: {loss: MSELoss, split"))
    [part] = training_parts(RunFolder(run_dir))
    assert [key.name for key in part.charts["loss"].keys] == ["training"]


def test_a_rate_that_the_optimizer_does_not_write_is_a_fact(run_dir: Path) -> None:
    path = run_dir / "resolved.yaml"
    path.write_text(path.read_text().replace(", lr: 0.001", ""))
    [part] = training_parts(RunFolder(run_dir))
    assert ("learning rate", "0.001") in part.facts


def test_a_setting_that_is_none_is_no_fact(run_dir: Path) -> None:
    path = run_dir / "resolved.yaml"
    none = "log_every: 2000\n    scheduler: null\n    callbacks: []"
    path.write_text(path.read_text().replace("log_every: 2000", none))
    [part] = training_parts(RunFolder(run_dir))
    assert {"scheduler", "callbacks"} & {*dict(part.facts)} == set()


def test_a_training_that_was_killed_has_what_it_logged(run_dir: Path) -> None:
    shutil.rmtree(run_dir / "stages" / "train")
    [part] = training_parts(RunFolder(run_dir))
    assert part.seconds is None
    assert "loss" in part.charts


def test_a_stage_that_logs_no_loss_is_not_a_training(tmp_path: Path) -> None:
    row = {"stage": "evaluate", "step": 1, "accuracy": 0.5}
    (tmp_path / "metrics.jsonl").write_text(json.dumps(row))
    assert training_parts(RunFolder(tmp_path)) == []


def test_the_share_of_the_peak_of_a_gpu_is_a_fact(run_dir: Path) -> None:
    path = run_dir / "stages" / "train" / "history.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"share_of_peak": 0.176}))
    [part] = training_parts(RunFolder(run_dir))
    assert ("share of the GPU's peak", "17.6\u00a0%") in part.facts
