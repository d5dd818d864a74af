from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torchvision.transforms.v2 import functional

from cifar_pipe.data.transforms import kernels


def images(count: int = 12, channels: int = 3, *, floats: bool = False) -> Tensor:
    source = torch.Generator().manual_seed(1)
    made = torch.randint(0, 256, (count, channels, 13, 10), generator=source, dtype=torch.uint8)
    return made.float() / 255 if floats else made


@pytest.fixture(params=[False, True], ids=["uint8", "float32"])
def batch(request: pytest.FixtureRequest) -> Tensor:
    return images(floats=request.param)


CHOSEN = torch.tensor([True, False, True] * 4)


def test_on_chosen_leaves_the_input_and_the_others_alone(batch: Tensor) -> None:
    before = batch.clone()
    found = kernels.on_chosen(batch, CHOSEN, functional.invert)
    assert torch.equal(batch, before)
    for image, chosen, result in zip(batch, CHOSEN, found, strict=True):
        assert torch.equal(result, functional.invert(image) if chosen else image)


def test_a_value_is_one_number_or_one_per_channel(batch: Tensor) -> None:
    assert kernels.per_channel(3, batch).tolist() == [3.0]
    assert kernels.per_channel([1, 0.5, 2], batch).tolist() == [1.0, 0.5, 2.0]
    assert kernels.per_channel(3, batch).dtype == torch.float32


def test_to_a_gpu_nothing_is_copied_that_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    pinned, seen = torch.ones(2), list[object]()
    monkeypatch.setattr(Tensor, "pin_memory", lambda _: pinned)
    monkeypatch.setattr(Tensor, "to", lambda one, *to, **how: (seen.append((one, to, how)), one)[1])
    kernels.moved(torch.zeros(2), torch.device("cuda"))
    assert seen == [(pinned, (torch.device("cuda"),), {"non_blocking": True})]
