"""When a training is saved, and what an interruption and a divergence leave."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from cifar_pipe import disk
from cifar_pipe.catalog.core.component import make
from cifar_pipe.errors import Diverged, Interrupted
from cifar_pipe.training import loop
from cifar_pipe.training.checkpoints import saving
from cifar_pipe.training.checkpoints.checkpoint import Checkpoint
from cifar_pipe.training.checkpoints.folder import CheckpointFolder
from cifar_pipe.training.checkpoints.verified_file import Payload, read_verified
from tests.training.checkpoints.trainings import Process, Result, Training, differences

MONITORED = Training({"monitor": "val_loss", "epochs": 3})


@pytest.fixture
def saved(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The steps at which checkpoints are written."""
    steps: list[int] = []
    real = CheckpointFolder.write

    def write(self: CheckpointFolder, step: int, payload: Payload, **more: Any) -> Path:
        steps.append(step)
        return real(self, step, payload, **more)

    monkeypatch.setattr(CheckpointFolder, "write", write)
    return steps


def test_the_images_per_second_are_without_what_saving_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    real = CheckpointFolder.write

    def write(*args: Any, **more: Any) -> Path:
        nonlocal now
        now += 1000.0
        return real(*args, **more)

    monkeypatch.setattr(CheckpointFolder, "write", write)
    monkeypatch.setattr("time.perf_counter", lambda: now)
    history = Process(Training(), tmp_path, Result()).run().history
    assert history["seconds"] == 1000
    assert history["images_per_second"] > 1000


@pytest.mark.parametrize(
    ("checkpoint", "expected"),
    [
        (None, [12]),
        ({"steps": 5}, [5, 10, 12]),
        ({"steps": 4}, [4, 8, 12, 12]),
        ({"epochs": 1}, [6, 12]),
        ({"epochs": 2}, [12]),
        ({"minutes": 1e-9}, [1, 2, 3, 4, 5, 6, 6, 7, 8, 9, 10, 11, 12, 12]),
        ({"minutes": 9}, [12]),
    ],
)
def test_it_is_saved_as_often_as_the_pipeline_says_and_at_its_end(
    checkpoint: Any,
    expected: list[int],
    saved: list[int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loop, "_SHOW_EVERY_SECONDS", 0.0)
    Process(Training({"checkpoint": checkpoint}), tmp_path, Result()).run()
    assert saved == expected


@pytest.mark.parametrize(
    ("seconds_each", "expected"),
    # 40 s of training a step; a save that takes 1 s is followed by the next after 100 s at least.
    [(0.0, [1, 2, 3, 4, 5, 6, 6]), (1.0, [1, 4, 6])],
)
def test_otherwise_saving_takes_less_than_a_hundredth_of_the_time(
    seconds_each: float,
    expected: list[int],
    saved: list[int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Clock:
        now = 0.0

        @classmethod
        def perf_counter(cls) -> float:
            return cls.now

    def write(*given: Any, **more: Any) -> Path:
        Clock.now += seconds_each
        return real(*given, **more)

    real = CheckpointFolder.write
    monkeypatch.setattr(CheckpointFolder, "write", write)
    monkeypatch.setattr(saving, "time", Clock)
    monkeypatch.setattr(loop, "_SHOW_EVERY_SECONDS", 0.0)
    process = Process(Training({"epochs": 1}), tmp_path, Result())
    check = process.context.check_signal

    def step() -> None:
        check()
        if len(process.events.rows) == 0 and process.network.training:
            Clock.now += 40

    object.__setattr__(process.context, "check_signal", step)
    process.run()
    assert saved == expected


@pytest.mark.parametrize("checkpoint", [{"epochs": 1}, {"steps": 1}])
def test_the_end_of_the_best_epoch_is_kept(
    checkpoint: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is time for it."""
    monkeypatch.setattr(saving, "_SHARE", 0)
    training = MONITORED.with_settings(
        checkpoint=checkpoint, epochs=5, optimizer=make("optimizer", "SGD", lr=1.0)
    )
    result = Process(training, tmp_path, Result()).run()
    best = Checkpoint.from_bytes(read_verified(tmp_path / "checkpoints" / "best.ckpt"))
    assert best is not None
    epoch = result.history["best"]["epoch"]
    assert epoch < 5
    assert best.parts["reached"]["epochs"] == best.parts["validation"]["best"]["epoch"] == epoch


def test_without_a_folder_nothing_is_written(tmp_path: Path) -> None:
    process = Process(Training({"checkpoint": {"steps": 1}}), tmp_path, Result(), checkpoints=None)
    with pytest.raises(AssertionError):
        process.run()
    assert list(tmp_path.rglob("*.ckpt")) == []


# ---- interruptions -----------------------------------------------------------------------------


def test_an_interruption_leaves_the_last_and_the_best_weights(tmp_path: Path) -> None:
    """Before the tenth step; the first epoch was measured."""
    process = Process(MONITORED, tmp_path, Result(), stop_at=10)
    process.run()
    folder = tmp_path / "checkpoints"
    last = torch.load(folder / "last_weights.pth", weights_only=True)
    assert differences(last, process.network.state_dict()) == []
    best = torch.load(folder / "best_weights.pth", weights_only=True)
    one_epoch = Process(Training({"epochs": 1}), tmp_path / "one", Result()).run()
    assert differences(best, one_epoch.weights) == []
    assert process.events.notes == [
        "train was interrupted at epoch 2, step 9 of 18",
        f"saved {folder / 'step-0000000009.ckpt'}",
        f"saved {folder / 'last_weights.pth'}",
        f"saved {folder / 'best_weights.pth'}",
    ]
    again = Process(MONITORED, tmp_path, Result())
    again.run()
    assert again.events.notes == ["resuming at epoch 2, step 9 of 18"]
    assert again.context.facts["resumed"] == "epoch 2, step 9 of 18"
    assert not list(folder.glob("*.pth"))


def test_an_interruption_on_a_full_disk_is_still_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk, "write", full)
    process = Process(Training(), tmp_path, Result(), stop_at=3)
    job = loop.TrainingJob(process.network, Training().data, Training().spec, process.context)
    with pytest.raises(Interrupted):
        loop.train(job)
    (warning,) = process.events.warnings
    assert warning.startswith("not saved: cannot write ")
    assert warning.endswith("No space left on device")


# ---- divergence --------------------------------------------------------------------------------


def test_a_divergence_names_the_last_good_checkpoint_and_saves_no_bad_one(tmp_path: Path) -> None:
    settings = {
        "optimizer": make("optimizer", "SGD", lr=1e25),
        "checkpoint": {"steps": 1},
    }
    with pytest.raises(Diverged) as caught:
        Process(Training(settings), tmp_path, Result()).run()
    (path,) = (tmp_path / "checkpoints").iterdir()
    checkpoint = Checkpoint.from_bytes(read_verified(path))
    assert checkpoint is not None
    assert all(one.isfinite().all() for one in checkpoint.parts["network"].values())
    step = checkpoint.parts["reached"]["in_epoch"]
    assert caught.value.notes == (f"the last good checkpoint is that of step {step}: {path}",)


def test_weights_that_are_not_finite_are_not_saved(saved: list[int], tmp_path: Path) -> None:
    """The last step may be the one that breaks them: no loss is computed with them."""
    settings = {
        "loss": make("loss", "CrossEntropyLoss", reduction="sum"),
        "optimizer": make("optimizer", "SGD", lr=3e38),
        "steps": 1,
    }
    training = Training(settings)
    process = Process(training, tmp_path, Result())
    data = training.data
    del data.splits["val"]
    loop.train(loop.TrainingJob(process.network, data, training.spec, process.context))
    assert not all(one.isfinite().all() for one in process.network.parameters())
    assert saved == []
