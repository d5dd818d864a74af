"""What the stages of a pipeline will take on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cifar_pipe import forecast
from cifar_pipe.data.picking import size_of
from cifar_pipe.forecast import Forecast, forecasts
from cifar_pipe.training.engines import loading
from tests.cases.case import BASE
from tests.checks.kit import checked


@pytest.fixture(autouse=True)
def short_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecast, "_SECONDS", 0.01)


def of(folder: Path, old: str = "", new: str = "") -> dict[str, Forecast]:
    text = BASE.replace("{device: cpu}", "{device: cpu, engine: eager}")
    assert not old or old in text
    text = text.replace(old, new, 1)
    return {one.stage: one for one in forecasts(checked(folder, text))}


def test_what_takes_long_is_tried(tmp_path: Path) -> None:
    found = of(tmp_path)
    assert list(found) == ["load_data", "train", "evaluate"]
    assert found["load_data"].seconds is None
    train = found["train"]
    assert train.seconds is not None
    assert train.made_of.startswith("10 steps of ")
    assert " ms (eager" in train.made_of
    assert 0 < train.seconds < 20
    assert found["evaluate"].made_of.startswith("20 images, ")


def test_twice_as_many_epochs_take_about_twice_as_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of one engine.
    monkeypatch.setattr(loading, "is_compiled", lambda *, usual: False)
    # Far more than what a busy machine adds to one of the two.
    short, long = of(tmp_path), of(tmp_path, "epochs: 1", "epochs: 1000")
    assert long["train"].made_of.startswith("10,000 steps of ")
    assert (long["train"].seconds or 0) > 20 * (short["train"].seconds or 1)


def test_a_large_batch_is_tried_with_fewer_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    steps = forecast.stretches_of_steps

    def watched(*given: Any) -> Iterator[Any]:
        for taken in steps(*given):
            seen.append(size_of(taken[0][0]))
            yield taken

    monkeypatch.setattr(forecast, "stretches_of_steps", watched)
    monkeypatch.setattr(forecast, "_MOST_MULTIPLY_ADDS", 3 * 651_720 * 2)
    assert of(tmp_path)["train"].seconds
    assert set(seen) == {2}


def test_validations_are_counted(tmp_path: Path) -> None:
    train = of(tmp_path, "batch_size: 4", "batch_size: 4\n    validation_split: 0.5")["train"]
    assert train.made_of.endswith(", 1 x 20 validation images")


def test_files_whose_number_is_not_known_need_a_look_at_the_disk(tmp_path: Path) -> None:
    dataset = "{type: ImageFolder, root: pictures}"
    text = BASE.replace("{type: Shapes, train: 40, test: 20}", dataset)
    assert text != BASE
    text = text.replace(
        "    transforms:\n", "    transforms:\n      - {type: Resize, size: [32, 32]}\n", 1
    )
    found = {one.stage: one for one in forecasts(checked(tmp_path, text))}
    assert found["load_data"].seconds is None
    assert {one.seconds for one in found.values()} == {None}
    assert all("--data" in one.made_of for one in found.values())


def test_what_cannot_be_tried_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise MemoryError("no memory is left")

    monkeypatch.setattr(forecast, "evaluate", full)
    evaluate = of(tmp_path)["evaluate"]
    assert (evaluate.seconds, evaluate.made_of) == (None, "cannot be tried here: no memory is left")
