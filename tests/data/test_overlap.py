"""Blocks that are made while a GPU computes with the ones before; its streams are stood in for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
import torch

from cifar_pipe.data.overlap import Block, made_ahead


def test_on_a_cpu_each_block_is_made_when_it_is_asked_for() -> None:
    made: list[int] = []
    blocks = made_ahead(_blocks(made, 3), torch.device("cpu"))
    next(blocks)
    assert made == [0]
    assert [int(labels) for _, labels in blocks] == [1, 2]


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the stream of the steps waited for."""
    seen: list[str] = []

    class Stream:
        def wait_stream(self, other: Any) -> None:
            seen.append(type(other).__name__)

    monkeypatch.setattr(torch.cuda, "Stream", lambda _: Stream())
    monkeypatch.setattr(torch.cuda, "stream", lambda _: nullcontext())
    monkeypatch.setattr(torch.cuda, "current_stream", lambda _: Stream())
    monkeypatch.setattr(torch.Tensor, "record_stream", lambda *_: None)
    return seen


@pytest.mark.parametrize("count", [0, 1, 3])
def test_on_a_gpu_all_blocks_come_in_order(waits: list[str], count: int) -> None:
    blocks = made_ahead(_blocks([], count), torch.device("cuda"))
    assert [int(labels) for _, labels in blocks] == list(range(count))
    assert len(waits) == count


@pytest.mark.usefixtures("waits")
def test_on_a_gpu_the_next_block_is_queued_before_one_is_handed_out() -> None:
    made: list[int] = []
    blocks = made_ahead(_blocks(made, 3), torch.device("cuda"))
    assert int(next(blocks)[1]) == 0
    assert made == [0, 1]


def _blocks(made: list[int], count: int) -> Iterator[Block]:
    for number in range(count):
        made.append(number)
        yield torch.zeros(2, 3), torch.tensor(number)
