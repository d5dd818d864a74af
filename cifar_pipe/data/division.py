"""Divides images in two parts, drawn from the seed."""

from __future__ import annotations

import numpy as np
import torch

from cifar_pipe.catalog.tables.datasets import held_out
from cifar_pipe.data.store import Split
from cifar_pipe.errors import DataBroken

# So that the validation split of a folder is not drawn as its test split was.
_STREAMS = {"test": 1, "val": 2}


def draw(count: int, share: float, *, seed: int, aside: str) -> tuple[list[int], list[int]]:
    """The indices that stay and those set aside for the split `aside`, each in rising order."""
    order = np.random.default_rng((seed, _STREAMS[aside])).permutation(count)
    taken = held_out(count, share)
    return np.sort(order[taken:]).tolist(), np.sort(order[:taken]).tolist()


def set_aside(whole: Split, share: float, *, seed: int, aside: str) -> tuple[Split, Split]:
    """The training split that stays, and the split `aside`; raises DataBroken for a single image."""
    if len(whole) < 2:
        raise DataBroken(
            f"a single {whole.name} image cannot be divided, to set some aside as {aside}",
            help="leave validation_split out, or use more images",
        )
    kept, taken = draw(len(whole), share, seed=seed, aside=aside)
    return (
        whole.subset(torch.tensor(kept), name="train"),
        whole.subset(torch.tensor(taken), name=aside),
    )
