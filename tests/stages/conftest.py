"""One thread: these networks are tiny, and the machine may be busy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from cifar_pipe.stages.context import Context
from tests import kit


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def told() -> kit.Told:
    return kit.Told()


@pytest.fixture
def context(told: kit.Told, tmp_path: Path) -> Context:
    return kit.context(told, tmp_path)
