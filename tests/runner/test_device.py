from __future__ import annotations

import pytest
import torch

from cifar_pipe.errors import RunError
from cifar_pipe.runner import device


def have(monkeypatch: pytest.MonkeyPatch, *, cuda: int = 0, mps: bool = False) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)


@pytest.mark.parametrize(
    ("cuda", "mps", "best"),
    [(2, False, "cuda:0"), (1, True, "cuda:0"), (0, True, "mps"), (0, False, "cpu")],
)
def test_auto_is_the_best_there_is(
    monkeypatch: pytest.MonkeyPatch, cuda: int, mps: bool, best: str
) -> None:
    have(monkeypatch, cuda=cuda, mps=mps)
    assert device.choose("auto") == best


def test_cuda_is_the_first_and_a_number_names_one(monkeypatch: pytest.MonkeyPatch) -> None:
    have(monkeypatch, cuda=2)
    assert device.choose("cuda") == "cuda:0"
    assert device.choose("cuda:1") == "cuda:1"


def test_cpu_is_cpu_even_beside_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    have(monkeypatch, cuda=1)
    assert device.choose("cpu") == "cpu"


@pytest.mark.parametrize("wanted", ["cuda", "cuda:0", "cuda:3"])
def test_a_gpu_that_is_not_there_is_reported(monkeypatch: pytest.MonkeyPatch, wanted: str) -> None:
    have(monkeypatch)
    with pytest.raises(RunError) as caught:
        device.choose(wanted)
    assert (
        caught.value.message == f"the pipeline asks for {wanted}, and there is no CUDA device here"
    )
    assert caught.value.help == ("-S runtime.device=auto takes the best device there is",)


def test_of_several_gpus_the_numbers_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    have(monkeypatch, cuda=2)
    with pytest.raises(RunError, match="the CUDA devices here are cuda:0, cuda:1"):
        device.choose("cuda:2")


def test_mps_that_is_not_there_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    have(monkeypatch, cuda=1)
    with pytest.raises(
        RunError, match="the pipeline asks for mps, and there is no mps device here"
    ):
        device.choose("mps")
