"""A training on kernels that is stopped and resumed gives what it would have given: to the bit."""

from __future__ import annotations

from pathlib import Path

import pytest

from cifar_pipe.catalog.core.component import make
from cifar_pipe.training.engines import stretches
from tests.kit import conv, layer
from tests.training.checkpoints.trainings import (
    HEAD,
    Process,
    Result,
    Training,
    differences,
    garbage_in_the_random_states,
)

pytest.importorskip("numba")
KERNELS = {"engine": "kernels"}
TRAININGS = {
    "dropout": Training(layers=(conv(4), layer("Dropout"), *HEAD), context=KERNELS),
    "Adam and batch normalization": Training(
        {"optimizer": make("optimizer", "AdamW", lr=0.01), "accumulate": 2},
        layers=(conv(4), layer("BatchNorm2d"), layer("ReLU"), *HEAD),
        context=KERNELS,
    ),
}


@pytest.fixture
def three_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long they take."""
    monkeypatch.setattr(stretches, "_MOST", 3)
    monkeypatch.setattr(stretches, "_SECONDS", 1e9)


@pytest.mark.usefixtures("three_at_a_time")
@pytest.mark.parametrize("training", TRAININGS.values(), ids=TRAININGS.keys())
def test_a_training_that_is_stopped_ends_as_if_it_had_not_been(
    training: Training, tmp_path: Path
) -> None:
    expected = Process(training, tmp_path / "whole", Result()).run()
    for stop_at in (1, expected.checks // 2, expected.checks - 1):
        result = Result()
        Process(training, tmp_path / str(stop_at), result, stop_at=stop_at).run()
        garbage_in_the_random_states()
        found = Process(training, tmp_path / str(stop_at), result, network_seed=5).run()
        choices = found.history["choices"]
        assert (choices["engine"], choices["evaluation"]) == ("kernels", "kernels")
        assert differences(found.weights, expected.weights) == []
        assert differences(found.state, expected.state) == []
        assert differences(found.rows, expected.rows) == []
