from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch

from cifar_pipe.data.image_files import memory
from cifar_pipe.data.image_files.decode import ImageStore
from cifar_pipe.data.image_files.memory import Memory, most_memory
from cifar_pipe.errors import DataBroken


@pytest.fixture(autouse=True)
def of_10_000_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = {"SC_PHYS_PAGES": 10, "SC_PAGE_SIZE": 1000}
    monkeypatch.setattr(os, "sysconf", sizes.__getitem__)


def test_what_does_not_fit_is_refused() -> None:
    limited = Memory("use fewer")
    limited.take(9_000, "3 images")
    with pytest.raises(DataBroken, match=r"4 images need .* GB of memory, and there are") as caught:
        limited.take(1_001, "4 images")
    assert caught.value.help == ("use fewer",)


def test_images_of_other_sizes_than_the_first_are_counted() -> None:
    store = ImageStore(9, torch.zeros((3, 2, 2), dtype=torch.uint8), Memory(""))
    large = torch.zeros((3, 50, 50), dtype=torch.uint8)
    store.put(1, large)
    with pytest.raises(DataBroken, match="images of different sizes need"):
        store.put(2, large)


@pytest.mark.parametrize(
    ("limits", "most"),
    [
        ({"memory.max": 9}, 9),
        ({"memory.max": "max", "job/memory.max": 700, "job/step/memory.max": 800}, 700),
        ({"memory/job/step/memory.limit_in_bytes": 600}, 600),
        ({"other/memory.max": 5}, 10_000),
    ],
    ids=["container", "group around", "first version", "others"],
)
def test_the_groups_of_a_process_limit_it(
    limits: dict[str, int | str], most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, limit in limits.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"{limit}\n")
    own = tmp_path / "own"
    own.write_text("4:memory:/job/step\n3:cpu:/other\n0::/job/step\n")
    groups = {
        "": (tmp_path, "memory.max"),
        "memory": (tmp_path / "memory", "memory.limit_in_bytes"),
    }
    monkeypatch.setattr(memory, "_GROUPS", groups)
    monkeypatch.setattr(memory, "_OWN_GROUPS", own)
    assert most_memory() == most
