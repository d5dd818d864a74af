"""The global random state, for what PyTorch draws from it: dropout, targets, random images."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from cifar_pipe.context import Context


@contextmanager
def seeded(context: Context) -> Iterator[None]:
    """What is drawn inside is what is drawn after manual_seed(context.seed); all is set back."""
    device = torch.device(context.device)
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(context.seed)
        yield
