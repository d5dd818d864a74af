"""Blocks of images that are made while it is still computed with the ones before: on a GPU, or in a thread.

What comes from pageable memory is copied when all that was queued on its stream is done. On a stream of
their own, copies and transforms wait for each other alone, and the steps of a training never for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import torch
from torch import Tensor

Block = tuple[Tensor, Tensor]
T = TypeVar("T")


def in_a_thread(items: Iterator[T]) -> Iterator[T]:
    """The same items, each made by a thread while the one before is used."""
    end = object()
    with ThreadPoolExecutor(1) as pool:

        def asked_for() -> Future[T | object]:
            return pool.submit(next, items, end)

        following = asked_for()
        while (item := following.result()) is not end:
            following = asked_for()
            yield item  # type: ignore[misc]


def made_ahead(blocks: Iterator[Block], device: torch.device) -> Iterator[Block]:
    """The same blocks; where the device is a GPU, each is queued before the last one is handed out."""
    if device.type != "cuda":
        yield from blocks
        return
    stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]

    def queued() -> Block | None:
        with torch.cuda.stream(stream):
            return next(blocks, None)

    following = queued()
    while (block := following) is not None:
        here = torch.cuda.current_stream(device)
        here.wait_stream(stream)
        for tensor in block:
            # Its memory is not given to the next block before the steps have read it.
            tensor.record_stream(here)
        following = queued()
        yield block
