"""Many pictures are predicted by kernels where the run's training has chosen them, a few are not."""

from __future__ import annotations

import json

import pytest
import torch
from torch import Tensor

from cifar_pipe import Prediction, Result, run
from cifar_pipe.training.evaluation import passes
from cifar_pipe.training.evaluation.forward_kernels import ForwardKernels
from tests.api.kit import small

pytest.importorskip("numba")


@pytest.fixture
def result(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.chdir(tmp_path_factory.mktemp("trained"))
    return run({**small(evaluate={}), "runtime": {"engine": "kernels"}})


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many images the kernels were given each time."""
    found: list[int] = []
    real = ForwardKernels.outputs

    def outputs(kernels: ForwardKernels, batch: Tensor) -> Tensor:
        found.append(len(batch))
        return real(kernels, batch)

    monkeypatch.setattr(ForwardKernels, "outputs", outputs)
    return found


def predictions(result: Result) -> list[Prediction]:
    source = torch.Generator().manual_seed(1)
    return result.predict(
        torch.randint(0, 256, (70, 1, 12, 12), generator=source, dtype=torch.uint8)
    )


def test_many_pictures_are_predicted_as_a_few(
    result: Result, taken: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = predictions(result)
    assert taken == []
    monkeypatch.setattr(passes, "_LEAST", 1)
    many = predictions(result)
    assert sum(taken) >= 70
    assert [one.label for one in many] == [one.label for one in few]
    assert [one.probability for one in many] == pytest.approx(
        [one.probability for one in few], abs=1e-6
    )


def test_the_run_tells_what_evaluated(result: Result) -> None:
    state = json.loads((result.run_dir / "run.json").read_text())
    assert state["evaluation_engine"] == "kernels"
    assert "evaluation engine" in (result.run_dir / "report.html").read_text()
