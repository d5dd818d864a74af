"""How many images are set aside, and how many of each class; without torch, for checks and for the split itself."""

from __future__ import annotations

import heapq
from collections.abc import Sequence


def held_out(count: int, share: float) -> int:
    """How many of `count` images a share sets aside: at least one, and never all."""
    return min(max(round(count * share), 1), count - 1)


def held_out_per_class(counts: Sequence[int], taken: int) -> list[int]:
    """Of classes with so many images each, how many `taken` images come from each.

    As the classes' shares, by the method of Webster and Sainte-Laguë: one more of `taken` adds one
    to a class and takes none away from the others. Before that every class gives one, the largest
    first, and every class keeps its last one as long as others have more.
    """
    held = [0] * len(counts)
    by_size = sorted(range(len(counts)), key=lambda index: -counts[index])
    for index in [one for one in by_size if counts[one] > 1][:taken]:
        held[index] = 1
        taken -= 1
    # The next image is of the class that has given the smallest share, with half of that image.
    shares = [((0.5 + held[i]) / counts[i], i) for i in by_size if held[i] < counts[i] - 1]
    heapq.heapify(shares)
    while taken and shares:
        _, index = heapq.heappop(shares)
        held[index] += 1
        taken -= 1
        if held[index] < counts[index] - 1:
            heapq.heappush(shares, ((0.5 + held[index]) / counts[index], index))
    for index in [one for one in by_size if held[one] < counts[one]][:taken]:
        held[index] += 1
    return held
