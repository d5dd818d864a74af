"""Splits drawn from the seed: some of the images are held out for testing or validation."""

from __future__ import annotations

import numpy as np
import torch

from cifar_pipe.catalog.tables.datasets import held_out
from cifar_pipe.data.store import Split
from cifar_pipe.errors import DataBroken

# So that the validation split of a folder is not drawn as its test split was.
_STREAMS = {"test": 1, "val": 2}


def random_indices(
    count: int, share: float, *, seed: int, held_out_as: str
) -> tuple[list[int], list[int]]:
    """The indices that stay and those held out, each in rising order."""
    order = np.random.default_rng((seed, _STREAMS[held_out_as])).permutation(count)
    taken = held_out(count, share)
    return np.sort(order[taken:]).tolist(), np.sort(order[:taken]).tolist()


def random_split(whole: Split, share: float, *, seed: int, held_out_as: str) -> tuple[Split, Split]:
    """The training split that stays, and the held-out split; raises DataBroken for one image."""
    if len(whole) < 2:
        raise DataBroken(
            f"a single {whole.name} image cannot be divided, to hold some out as {held_out_as}",
            help="leave validation_split out, or use more images",
        )
    kept, taken = random_indices(len(whole), share, seed=seed, held_out_as=held_out_as)
    return (
        whole.subset(torch.tensor(kept), name="train"),
        whole.subset(torch.tensor(taken), name=held_out_as),
    )
