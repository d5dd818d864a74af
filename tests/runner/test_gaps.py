"""A network that is right on its training images, and wrong on others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.runner.gaps import gaps
from cifar_pipe.runner.prepare import prepare
from cifar_pipe.runner.run import RunOptions, run
from tests.cases.edits import small
from tests.kit import RecordedEvents

SGD = "{type: SGD, lr: 0.1}"


def measured(split: str, accuracy: float, spread: float = 0.02) -> dict[str, Any]:
    interval = [accuracy - spread, accuracy + spread]
    return {"split": split, "accuracy": accuracy, "accuracy_interval": interval}


def pipeline(folder: Path, *, optimizer: str = SGD) -> Path:
    path = folder / "mine.yaml"
    text = small("evaluate: {split: test}", "evaluate_train: {type: evaluate, split: train}")
    path.write_text(text.replace(SGD, optimizer))
    return path


@pytest.mark.parametrize(
    ("train", "test", "told"),
    [
        (measured("train", 0.98), measured("test", 0.71), True),
        (measured("train", 0.98), measured("test", 0.93), False),
        (measured("train", 0.98), measured("test", 0.85, spread=0.2), False),
        (measured("train", 0.6), measured("test", 0.8), False),
    ],
)
def test_a_gap_of_ten_points_is_told(tmp_path: Path, train: Any, test: Any, told: bool) -> None:
    prepared = prepare(pipeline(tmp_path), [], Findings())
    assert prepared is not None
    found = list(gaps(prepared.pipeline, {"evaluate": test, "evaluate_train": train}))
    assert bool(found) is told
    if told:
        assert found[0].stage == "evaluate"
        assert found[0].message == (
            "the network overfits: it is right on 98.0 % of its training images, and on 71.0 % of "
            "the test images"
        )


@pytest.mark.parametrize(
    ("optimizer", "override"),
    [
        ("{type: SGD, lr: 0.1}", "train.optimizer.weight_decay=0.0005"),
        ("{type: SGD, lr: 0.1, weight_decay: 0.001}", "train.optimizer.weight_decay=0.01"),
        ("AdamW", "train.optimizer.weight_decay=0.1"),
    ],
)
def test_what_helps_validates(tmp_path: Path, optimizer: str, override: str) -> None:
    path = pipeline(tmp_path, optimizer=optimizer)
    prepared = prepare(path, [], Findings())
    assert prepared is not None
    metrics = {"evaluate": measured("test", 0.5), "evaluate_train": measured("train", 0.9)}
    [gap] = gaps(prepared.pipeline, metrics)
    assert gap.overrides == (override,)
    assert prepare(path, gap.overrides, Findings()) is not None


def test_a_run_says_it_in_the_terminal_and_in_run_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared, events = prepare(pipeline(tmp_path), [], Findings()), RecordedEvents()
    assert prepared is not None
    metrics = {"evaluate": measured("test", 0.5), "evaluate_train": measured("train", 0.9)}
    monkeypatch.setattr("cifar_pipe.runner.work.gaps", lambda one, _: gaps(one, metrics))
    run(prepared, RunOptions(events, tmp_path / "out"))
    told = [one for one in events.warnings if "overfits" in one]
    assert len(told) == 1
    assert told[0].startswith("evaluate: the network overfits: it is right on 90.0 %")
    assert told[0].endswith("let the weights decay: -S train.optimizer.weight_decay=0.0005")
    kept = json.loads((tmp_path / "out/run.json").read_text())["warnings"]
    assert ["train.optimizer.weight_decay=0.0005"] in [one.get("overrides") for one in kept]
