"""Whole runs, on a few drawn images."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.errors import RunError
from cifar_pipe.runner.prepare import prepare
from cifar_pipe.runner.run import RunOptions, run
from tests.cases.case import BASE
from tests.cases.edits import small
from tests.conftest import Done
from tests.kit import RecordedEvents


@pytest.fixture
def pipeline(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(BASE)
    return path


def run_json(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "run.json").read_text())


def test_a_run_leaves_all_that_the_contract_names(cli: Callable[..., Done], pipeline: Path) -> None:
    done = cli("run", "mine.yaml", "--run-dir", "out")
    assert done.status == 0, done.err
    out = pipeline.parent / "out"
    assert {p.name for p in out.iterdir() if not p.name.startswith(".")} >= {
        "pipeline.yaml",
        "resolved.yaml",
        "run.json",
        "metrics.jsonl",
        "stages",
        "checkpoints",
        "report.html",
        "cifar_net.pth",
    }
    state = run_json(out)
    assert state["status"] == "done"
    assert [s["status"] for s in state["stages"].values()] == ["ran"] * 8
    assert all(s["seconds"] >= 0 for s in state["stages"].values())
    assert state["data"]["dataset"] == "Shapes"
    assert state["data"]["stand_in"] is False
    assert (state["data"]["train"], state["data"]["test"]) == (40, 20)
    assert set(state["metrics"]["evaluate"]["per_class_accuracy"]) == set(state["data"]["classes"])
    assert state["device"] == "cpu"
    assert state["seed"] == 0


def test_what_draws_the_charts_is_started_when_the_training_is_done(
    cli: Callable[..., Done], pipeline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done_then = []
    state = pipeline.parent / "out" / "run.json"

    def start() -> None:
        stages = json.loads(state.read_text())["stages"]
        done_then.append([one for one, its in stages.items() if its["status"] == "ran"])

    monkeypatch.setattr("cifar_pipe.report.charts.drawing.start", start)
    assert cli("run", "mine.yaml", "--run-dir", "out").status == 0
    assert [("train" in one, "evaluate" in one) for one in done_then[:1]] == [(True, False)]


def test_it_prints_what_the_tutorial_prints(cli: Callable[..., Done], pipeline: Path) -> None:
    wording = ("-S", "evaluate.wording=tutorial")
    lines = cli("run", "mine.yaml", "--run-dir", "out", *wording).out.splitlines()
    assert sum(line.startswith("[1,     5] loss: ") for line in lines) == 1
    assert "Finished Training" in lines
    assert sum(line.startswith("GroundTruth: ") for line in lines) == 1
    assert sum(line.startswith("Predicted: ") for line in lines) == 1
    assert (
        sum(line.startswith("Accuracy of the network on the 20 test images: ") for line in lines)
        == 1
    )
    assert sum(line.startswith("Accuracy for class: ") for line in lines) == 10


def test_a_run_whose_lines_nobody_reads_any_more_continues(pipeline: Path) -> None:
    command = [sys.executable, "-m", "cifar_pipe", "run", "mine.yaml", "--run-dir", "out"]
    folder, pipe = pipeline.parent, subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.close()
    assert process.returncode == 0
    assert run_json(folder / "out")["status"] == "done"


def test_the_same_pipeline_and_seed_give_the_same_numbers(
    cli: Callable[..., Done], pipeline: Path
) -> None:
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        assert (
            cli("run", "mine.yaml", "--run-dir", name, "-S", f"seed={seed}", "--force").status == 0
        )
    losses = {
        name: [
            json.loads(line)["loss"]
            for line in (pipeline.parent / name / "metrics.jsonl").read_text().splitlines()
        ]
        for name in "abc"
    }
    assert losses["a"] == losses["b"] != losses["c"]


def test_the_resolved_pipeline_runs_by_itself_to_the_same_numbers(
    cli: Callable[..., Done], pipeline: Path
) -> None:
    assert cli("run", "mine.yaml", "--run-dir", "a", "-S", "train.optimizer.lr=0.01").status == 0
    assert cli("run", "a/resolved.yaml", "--run-dir", "b", "--force").status == 0
    a, b = (run_json(pipeline.parent / name)["metrics"] for name in "ab")
    assert a == b


def test_the_resolved_pipeline_runs_from_anywhere(
    cli: Callable[..., Done], pipeline: Path, image_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overrides = (
        *("-S", f"load_data.dataset={{type: ImageFolder, root: {image_folder.name}}}"),
        *("-S", "build_model.layers.fc3.out_features=3"),
    )
    assert cli("run", "mine.yaml", "--run-dir", "a", *overrides).status == 0
    monkeypatch.chdir(pipeline.parent / "a")
    done = cli("run", "resolved.yaml", "--run-dir", "b")
    assert done.status == 0, done.err
    a, b = (run_json(folder)["metrics"] for folder in (pipeline.parent / "a", Path("b")))
    assert a == b


def test_without_run_dir_each_run_gets_its_own_below_runs(
    cli: Callable[..., Done], pipeline: Path
) -> None:
    assert cli("run", "mine.yaml").status == 0
    (folder,) = (pipeline.parent / "runs" / "lenet").iterdir()
    assert run_json(folder)["status"] == "done"


def test_the_learned_weights_load_into_the_tutorials_own_network(
    cli: Callable[..., Done], pipeline: Path
) -> None:
    import torch

    assert cli("run", "mine.yaml", "--run-dir", "out").status == 0
    state = torch.load(pipeline.parent / "out/cifar_net.pth", weights_only=True)
    assert list(state) == [
        f"{layer}.{kind}"
        for layer in ("conv1", "conv2", "fc1", "fc2", "fc3")
        for kind in ("weight", "bias")
    ]


def test_a_training_that_diverges_ends_with_status_3_and_says_so(
    cli: Callable[..., Done], pipeline: Path
) -> None:
    done = cli("run", "mine.yaml", "--run-dir", "out", "-S", "train.optimizer.lr=1e30")
    assert done.status == 3
    assert "loss" in done.err
    assert "Traceback" not in done.err
    state = run_json(pipeline.parent / "out")
    assert state["status"] == "failed"
    assert state["stages"]["train"]["status"] == "failed"
    assert "nan" in state["error"].lower() or "inf" in state["error"].lower()


def test_images_from_a_folder(cli: Callable[..., Done], pipeline: Path, image_folder: Path) -> None:
    done = cli(
        "run",
        "mine.yaml",
        *("--run-dir", "out"),
        *("-S", f"load_data.dataset={{type: ImageFolder, root: {image_folder.name}}}"),
        *("-S", "build_model.layers.fc3.out_features=3"),
    )
    assert done.status == 0, done.err
    assert run_json(pipeline.parent / "out")["data"]["classes"] == ["cat", "dog", "frog"]


@pytest.mark.parametrize(
    "dataset",
    [
        "Digits",
        "Shapes, train: 40, test: 20",
        "Random, train: 40, test: 20, image_shape: [1, 8, 8]",
    ],
)
def test_data_depends_on_the_seed_and_not_on_the_id_of_its_stage(
    cli: Callable[..., Done], tmp_path: Path, dataset: str
) -> None:
    load = f"dataset: {{type: {dataset}}}, validation_split: 0.2"
    transforms = "" if dataset.startswith("Random") else ", transforms: [ToTensor]"
    stages = [f"second: {{type: load_data, {load}{transforms}}}"]
    stages += [
        f"{split}_of_{data}: {{type: evaluate, split: {split}, from: {{data: {data}}}}}"
        for split in ("val", "test")
        for data in ("load_data", "second")
    ]
    (tmp_path / "mine.yaml").write_text(small(*stages, data=f"{load}{transforms}"))
    assert cli("run", "mine.yaml", "--run-dir", "out").status == 0
    metrics = run_json(tmp_path / "out")["metrics"]
    for split in ("val", "test"):
        assert metrics[f"{split}_of_load_data"] == metrics[f"{split}_of_second"]


def test_the_validation_split_of_a_folder_is_watched(
    cli: Callable[..., Done], tmp_path: Path, image_folder: Path
) -> None:
    (image_folder / "Validation").mkdir()
    for name in ("cat", "dog", "frog"):
        (image_folder / "test" / name / "00.png").rename(tmp_path / "one.png")
        (image_folder / "Validation" / name).mkdir()
        (tmp_path / "one.png").rename(image_folder / "Validation" / name / "0.png")
    data = "dataset: {type: ImageFolder, root: images}, transforms: [ToTensor]"
    text = small(
        "evaluate: {split: val}",
        data=data,
        layers="Flatten, {type: Linear, out_features: $data.num_classes}",
        train=", monitor: val_accuracy, restore_best: true",
    )
    (tmp_path / "mine.yaml").write_text(text)
    assert cli("validate", "mine.yaml").status == 0
    assert cli("validate", "--data", "mine.yaml").out.startswith("mine.yaml: ok, 1 warning\n")
    done = cli("run", "mine.yaml", "--run-dir", "out")
    assert "best val_accuracy: " in done.out
    assert run_json(tmp_path / "out")["metrics"]["evaluate"]["images"] == 3


@pytest.mark.parametrize("gone", ["images", "images/train/dog", "images/test/cat/00.png"])
def test_data_that_vanishes_after_the_checks_is_told(
    tmp_path: Path, image_folder: Path, gone: str
) -> None:
    data = f"dataset: {{type: ImageFolder, root: {image_folder}}}, transforms: [ToTensor]"
    layers = "Flatten, {type: Linear, out_features: 3}"
    (tmp_path / "mine.yaml").write_text(small("evaluate: {}", data=data, layers=layers))
    prepared = prepare(tmp_path / "mine.yaml", (), Findings())
    assert prepared is not None
    path = tmp_path / gone
    shutil.rmtree(path) if path.is_dir() else path.write_bytes(b"")
    options = RunOptions(RecordedEvents(), run_dir=tmp_path / "out", store=tmp_path / "store")
    with pytest.raises(RunError) as caught:
        run(prepared, options)
    assert caught.value.status == 3
    assert Path(gone).name in caught.value.message
    assert run_json(tmp_path / "out")["status"] == "failed"
    assert (tmp_path / "out/report.html").exists()


def test_names_that_are_not_utf_8_are_no_reason_to_stop(
    cli: Callable[..., Done], pipeline: Path, image_folder: Path
) -> None:
    for split in ("train", "test"):
        (image_folder / split / "cat").rename(image_folder / split / os.fsdecode(b"caf\xe9"))
    dog = image_folder / "train" / "dog"
    (dog / "00.png").rename(dog / os.fsdecode(b"\xc4\xe3.png"))
    arguments = (
        *("mine.yaml", "--run-dir", "out"),
        *("-S", f"load_data.dataset={{type: ImageFolder, root: {image_folder.name}}}"),
        *("-S", "build_model.layers.fc3.out_features=3"),
    )
    done = cli("run", *arguments)
    assert done.status == 0, done.err
    assert run_json(pipeline.parent / "out")["data"]["classes"] == [r"caf\xe9", "dog", "frog"]
    (dog / os.fsdecode(b"\xe9.png")).write_bytes(b"no image")
    done = cli("run", *arguments[:2], "other", *arguments[3:])
    assert done.status == 3
    assert ".png cannot be decoded" in done.err
    assert run_json(pipeline.parent / "other")["status"] == "failed"


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_run_cleanly(pipeline: Path, number: signal.Signals, status: int) -> None:
    """In a process of its own: the signal comes while it trains."""
    long = ["-S", "train.epochs=100000", "-S", "train.log_every=10"]
    process = subprocess.Popen(
        [sys.executable, "-m", "cifar_pipe", "run", "mine.yaml", "--run-dir", "out", *long],
        cwd=pipeline.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    metrics = pipeline.parent / "out" / "metrics.jsonl"
    deadline = time.monotonic() + 60
    while not metrics.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(number)
    try:
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == status, err
    assert "Traceback" not in err
    state = run_json(pipeline.parent / "out")
    assert state["status"] == "interrupted"
    assert state["stages"]["train"]["status"] == "interrupted"


def test_a_bug_ends_with_status_70_and_leaves_its_traceback(
    cli: Callable[..., Done], pipeline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by us")

    monkeypatch.setattr("cifar_pipe.stages.evaluate.run.run", broken)
    done = cli("run", "mine.yaml", "--run-dir", "out")
    assert done.status == 70
    assert "a bug of cifar-pipe: ZeroDivisionError: by us" in done.err
    assert "Traceback" not in done.err
    assert "ZeroDivisionError" in (pipeline.parent / "out/traceback.txt").read_text()


def test_a_full_disk_is_reported(
    cli: Callable[..., Done], pipeline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("cifar_pipe.stages.save.run.run", full)
    done = cli("run", "mine.yaml", "--run-dir", "out")
    assert done.status == 3
    assert "the disk is full" in done.err


def test_a_stage_never_changes_what_it_was_given(cli: Callable[..., Done], pipeline: Path) -> None:
    """Evaluating the untrained network after the training gives what it gave before."""
    text = BASE.replace("  train:\n", "  first: {type: evaluate}\n  train:\n").replace(
        "  report: {}\n", "  again: {type: evaluate, from: {model: build_model}}\n"
    )
    pipeline.write_text(text)
    assert cli("run", "mine.yaml", "--run-dir", "out").status == 0
    metrics = run_json(pipeline.parent / "out")["metrics"]
    assert metrics["first"]["accuracy"] == metrics["again"]["accuracy"]
