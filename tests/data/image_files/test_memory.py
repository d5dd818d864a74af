from __future__ import annotations

import os

import pytest
import torch

from cifar_pipe.data.image_files.decode import ImageStore
from cifar_pipe.data.image_files.memory import Memory
from cifar_pipe.errors import DataBroken


@pytest.fixture(autouse=True)
def of_10_000_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = {"SC_PHYS_PAGES": 10, "SC_PAGE_SIZE": 1000}
    monkeypatch.setattr(os, "sysconf", sizes.__getitem__)


def test_what_does_not_fit_is_refused() -> None:
    memory = Memory("use fewer")
    memory.take(9_000, "3 images")
    with pytest.raises(DataBroken, match=r"4 images need .* GB of memory, and there are") as caught:
        memory.take(1_001, "4 images")
    assert caught.value.help == ("use fewer",)


def test_images_of_other_sizes_than_the_first_are_counted() -> None:
    store = ImageStore(9, torch.zeros((3, 2, 2), dtype=torch.uint8), Memory(""))
    large = torch.zeros((3, 50, 50), dtype=torch.uint8)
    store.put(1, large)
    with pytest.raises(DataBroken, match="images of different sizes need"):
        store.put(2, large)
