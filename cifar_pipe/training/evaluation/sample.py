"""A few images of a split that stand for all of its classes."""

from __future__ import annotations

import torch
from torch import Tensor


def balanced(labels: Tensor, count: int, *, seed: int) -> list[int]:
    """The places of `count` images, or of all if there are fewer, drawn from the seed.

    The classes take turns, in an order that is drawn, as long as they have images: of `count`
    classes or more each image is of another one. `labels` are int64 `[N]`, or numbers
    `[N, ...]`, which have no classes. The same seed with a smaller count gives the first of them.
    """
    generator = torch.Generator().manual_seed(seed)
    shuffled = torch.randperm(len(labels), generator=generator)
    if labels.dtype.is_floating_point or labels.ndim > 1:
        return shuffled[:count].tolist()
    of_each = labels.cpu()[shuffled]
    classes = torch.unique(of_each)
    classes = classes[torch.randperm(len(classes), generator=generator)]
    turns = [shuffled[of_each == one][:count].tolist() for one in classes.tolist()]
    longest = max(map(len, turns), default=0)
    dealt = [turn[place] for place in range(longest) for turn in turns if place < len(turn)]
    return dealt[:count]
