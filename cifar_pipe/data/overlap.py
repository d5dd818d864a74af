"""Blocks of images that are made on a GPU while it still computes with the ones before.

What comes from pageable memory is copied when all that was queued on its stream is done. On a stream of
their own, copies and transforms wait for each other alone, and the steps of a training never for them.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

Block = tuple[Tensor, Tensor]


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
