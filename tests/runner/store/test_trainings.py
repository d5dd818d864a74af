"""A training that was stopped, or that is made longer."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cifar_pipe.runner.signals import Signals
from tests.cases.case import BASE
from tests.conftest import Done

Cli = Callable[..., Done]
LONG = ("-S", "train.epochs=4", "-S", "train.checkpoint.steps=3")


@pytest.fixture
def pipeline(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(BASE)
    return path


@pytest.fixture
def stop(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Lets SIGINT come in before the so many-th look for a signal; 0 for never."""

    def stop_at(count: int) -> None:
        left = [count]

        def check(signals: Signals) -> None:
            left[0] -= 1
            if left[0] == 0:
                signals.received = signal.SIGINT
            real(signals)

        monkeypatch.setattr(Signals, "check", check)

    real = Signals.check
    return stop_at


def rows(folder: Path) -> list[dict[str, Any]]:
    timed = ("seconds", "images_per_second")
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    return [{k: v for k, v in json.loads(line).items() if k not in timed} for line in lines]


def state(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "run.json").read_text())


def runs() -> list[Path]:
    return sorted(Path("runs/lenet").iterdir())


@pytest.mark.usefixtures("pipeline")
def test_the_same_command_goes_on_with_a_training_that_was_stopped(
    cli: Cli, stop: Callable[[int], None]
) -> None:
    assert cli("run", "mine.yaml", *LONG, "--run-dir", "whole").status == 0
    for path in Path("runs/.store").glob("*/entry.json"):
        path.unlink()
    stop(30)
    done = cli("run", "mine.yaml", *LONG)
    assert done.status == 130
    assert f"to resume, run the same command: cifar-pipe run mine.yaml {' '.join(LONG)}" in done.err
    (folder,) = runs()
    assert state(folder)["status"] == "interrupted"
    assert (folder / "report.html").exists()
    assert (folder / "checkpoints/train/last_weights.pth").exists()
    stop(0)
    done = cli("run", "mine.yaml", *LONG)
    assert done.status == 0, done.err
    assert runs() == [folder]
    assert "resuming at epoch " in done.err
    assert state(folder)["stages"]["train"]["status"] == "resumed"
    assert (folder / "cifar_net.pth").read_bytes() == Path("whole/cifar_net.pth").read_bytes()
    assert rows(folder) == rows(Path("whole"))
    assert state(folder)["metrics"] == state(Path("whole"))["metrics"]


@pytest.mark.usefixtures("pipeline")
def test_another_pipeline_with_the_same_training_goes_on_with_it(
    cli: Cli, stop: Callable[[int], None]
) -> None:
    stop(30)
    assert cli("run", "mine.yaml", *LONG).status == 130
    (first,) = runs()
    stop(0)
    done = cli("run", "mine.yaml", *LONG, "-S", "report.title=Other")
    assert done.status == 0, done.err
    (second,) = {*runs()} - {first}
    assert f"taking the checkpoints of {first.absolute()}" in done.err
    assert state(second)["stages"]["train"]["status"] == "resumed"


@pytest.mark.usefixtures("pipeline")
def test_a_fresh_run_begins_at_the_first_step(cli: Cli, stop: Callable[[int], None]) -> None:
    stop(30)
    assert cli("run", "mine.yaml", *LONG).status == 130
    stop(0)
    done = cli("run", "mine.yaml", *LONG, "--fresh")
    assert "resuming" not in done.err
    assert len(runs()) == 2
    assert state(runs()[1])["stages"]["train"]["status"] == "ran"


@pytest.mark.usefixtures("pipeline")
def test_a_training_that_is_asked_for_begins_at_the_first_step(
    cli: Cli, stop: Callable[[int], None]
) -> None:
    stop(30)
    assert cli("run", "mine.yaml", *LONG, "--run-dir", "a").status == 130
    stop(0)
    done = cli("run", "mine.yaml", *LONG, "--run-dir", "a", "--force", "train")
    assert "resuming" not in done.err
    assert state(Path("a"))["stages"]["train"]["status"] == "ran"


@pytest.mark.usefixtures("pipeline")
def test_a_changed_setting_resumes_nothing(cli: Cli, stop: Callable[[int], None]) -> None:
    stop(30)
    assert cli("run", "mine.yaml", *LONG).status == 130
    stop(0)
    done = cli("run", "mine.yaml", *LONG, "-S", "train.optimizer.lr=0.002")
    assert done.status == 0, done.err
    assert "resuming" not in done.err
    assert "train  runs: optimizer.lr 0.001 -> 0.002" in done.err


@pytest.mark.usefixtures("pipeline")
def test_a_longer_training_goes_on_from_the_end_of_the_shorter_one(cli: Cli) -> None:
    assert cli("run", "mine.yaml", "--run-dir", "short", "-S", "train.epochs=2").status == 0
    done = cli("run", "mine.yaml", "--run-dir", "long", "-S", "train.epochs=4")
    assert "train  runs: epochs 2 -> 4" in done.err
    assert "continuing the shorter training at epoch 3, step 20 of 40" in done.err
    whole = cli(
        "run", "mine.yaml", "--run-dir", "whole", "-S", "train.epochs=4", "--force", "train"
    )
    assert "continuing" not in whole.err
    assert Path("long/cifar_net.pth").read_bytes() == Path("whole/cifar_net.pth").read_bytes()
    assert rows(Path("long")) == rows(Path("whole"))


SAMPLES = ("-S", "train.callbacks=[{type: SamplePredictions, split: test}]")


def samples(folder: Path) -> list[str]:
    """The numbers of the epochs whose predictions are drawn."""
    found = (folder / "stages/train/SamplePredictions").glob("epoch_*.png")
    return sorted(path.stem.removeprefix("epoch_") for path in found)


@pytest.mark.usefixtures("pipeline")
def test_what_callbacks_wrote_goes_with_a_training_into_another_directory(
    cli: Cli, stop: Callable[[int], None]
) -> None:
    stop(50)
    assert cli("run", "mine.yaml", *LONG, *SAMPLES, "--run-dir", "a").status == 130
    stop(0)
    assert samples(Path("a"))
    assert samples(Path("a")) != ["0001", "0002", "0003", "0004"]
    assert cli("run", "mine.yaml", *LONG, *SAMPLES, "--run-dir", "b").status == 0
    assert samples(Path("b")) == ["0001", "0002", "0003", "0004"]


@pytest.mark.usefixtures("pipeline")
def test_what_callbacks_wrote_goes_with_a_training_into_a_longer_one(cli: Cli) -> None:
    assert cli("run", "mine.yaml", *SAMPLES, "-S", "train.epochs=1").status == 0
    done = cli("run", "mine.yaml", *SAMPLES, "-S", "train.epochs=2", "--run-dir", "long")
    assert "continuing the shorter training" in done.err
    assert samples(Path("long")) == ["0001", "0002"]
