"""How much of a difference each of k settings makes, from runs in which some of them are changed.

A variant is the set of settings, by number, that it has of the second run; the others it has of the
first. A setting's share is the mean of what changing it does over all orders in which the settings can be
changed one after the other (Shapley 1953): what settings do together is divided evenly among them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

Variant = frozenset[int]

# Up to so many settings all variants are run: 16.
MOST_FULL = 4


@dataclass(frozen=True, slots=True)
class Design:
    """The variants that are run of `count` settings.

    A full one has all 2^k, and the shares sum to the difference. Else it has 2k + 2: nothing and all
    changed, and each setting changed first and last. Its shares, the mean of the two, are exact where
    no three settings or more act together; what is left over says how far that is so.
    """

    count: int
    is_full: bool

    @property
    def variants(self) -> list[Variant]:
        """From none changed to all."""
        every = range(self.count)
        sizes = every if self.is_full else sorted({0, 1, self.count - 1} & {*every})
        some = [frozenset(one) for size in sizes for one in combinations(every, size)]
        return [*some, frozenset(every)]

    def shares(self, values: Mapping[Variant, float]) -> list[float]:
        """Of each setting, where `values` has what each variant measured."""
        return [sum(by * step for by, step in self._steps(at, values)) for at in range(self.count)]

    def first(self, values: Mapping[Variant, float], at: int) -> float:
        """What the setting does alone."""
        return values[frozenset({at})] - values[frozenset()]

    def last(self, values: Mapping[Variant, float], at: int) -> float:
        """What it does where all others are changed already."""
        every = frozenset(range(self.count))
        return values[every] - values[every - {at}]

    def left_over(self, values: Mapping[Variant, float]) -> float:
        """The difference less all shares; 0 of a full design."""
        whole = values[frozenset(range(self.count))] - values[frozenset()]
        return 0.0 if self.is_full else whole - sum(self.shares(values))

    def _steps(self, at: int, values: Mapping[Variant, float]) -> Iterator[tuple[float, float]]:
        """What changing the setting does after others, each with its weight."""
        if not self.is_full:
            yield from ((0.5, self.first(values, at)), (0.5, self.last(values, at)))
            return
        others = [one for one in range(self.count) if one != at]
        for size in range(self.count):
            orders = math.comb(self.count - 1, size) * self.count
            for before in map(frozenset, combinations(others, size)):
                yield 1 / orders, values[before | {at}] - values[before]


def design_of(count: int, *, full: bool = False) -> Design:
    """Where both are the same runs it is full."""
    return Design(count, is_full=full or count <= MOST_FULL)


def grouped(
    groups: Sequence[tuple[int, ...]], invalid: Mapping[Variant, object]
) -> tuple[int, int] | None:
    """The two groups of settings that have to be changed together first: most of the `invalid` variants,
    sets of numbers of groups, have only one of them. None where all variants are valid.
    """
    pairs = combinations(range(len(groups)), 2)
    counted = {pair: sum(len({*pair} & one) == 1 for one in invalid) for pair in pairs}
    return max(counted, key=lambda pair: counted[pair]) if invalid and counted else None
