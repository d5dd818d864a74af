from __future__ import annotations

import pytest
import torch

from cifar_pipe.training import threads
from cifar_pipe.training.threads import Threads, choose_threads, using
from tests.kit import lenet


@pytest.mark.parametrize(
    ("batch_size", "available", "expected"),
    [
        (4, 8, Threads(1, onednn=False)),
        (8, 8, Threads(1, onednn=True)),
        (16, 8, Threads(2, onednn=True)),
        (128, 8, Threads(8, onednn=True)),
        (128, 2, Threads(2, onednn=True)),
    ],
)
def test_lenet_gets_threads_by_its_batch_size(
    batch_size: int, available: int, expected: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "PHYSICAL_CORES", available)
    rows = lenet().rows
    found = choose_threads(rows, batch_size, device="cpu", fixed=None)
    assert found == expected


def test_a_pipeline_may_fix_the_threads() -> None:
    found = choose_threads(lenet().rows, 4, device="cpu", fixed=3)
    assert found == Threads(3, onednn=False)


def test_a_gpu_leaves_the_threads_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "PHYSICAL_CORES", 8)
    found = choose_threads(lenet().rows, 4, device="cuda", fixed=None)
    assert found == Threads(8, onednn=True)


def test_all_is_set_back_afterwards() -> None:
    before = torch.get_num_threads()
    with using(Threads(1, onednn=False)):
        assert torch.get_num_threads() == 1
        assert not torch.backends.mkldnn.enabled
    assert torch.get_num_threads() == before
    assert torch.backends.mkldnn.enabled


def test_within_tiny_steps_a_large_batch_has_its_own_choice() -> None:
    with using(Threads(1, onednn=False)):
        with using(Threads(1, onednn=True)):
            assert torch.backends.mkldnn.enabled
        assert not torch.backends.mkldnn.enabled
