"""Random numbers as pure functions of (seed, epoch, place in the transforms, image).

Nothing here keeps a state that changes from batch to batch: any batch of any epoch can be made
again without the ones before it. torch's global generator is never drawn from.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from hashlib import blake2b

import torch
from torch import Tensor


def seed_of(*parts: int | str) -> int:
    """A seed below 2**63, different for every list of parts."""
    digest = blake2b("/".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def generator(*parts: int | str) -> torch.Generator:
    """A generator of its own, on the CPU, seeded by the parts."""
    return torch.Generator().manual_seed(seed_of(*parts))


def order(count: int, *, seed: int, epoch: int) -> Tensor:
    """The permutation of `count` images, int64 `[count]`, of one epoch."""
    return torch.randperm(count, generator=generator("order", seed, epoch))


@dataclass
class Draws:
    """The random numbers of one epoch over a split of `count` images.

    A table has one row per image. It is drawn whole when it is first asked for, so that a row does
    not depend on which images go together in a batch, and kept as long as the epoch lasts.
    """

    seed: int
    epoch: int
    count: int
    _tables: dict[int, Tensor] = field(default_factory=dict, repr=False)

    def table(self, place: int, columns: int) -> Tensor:
        """Uniform numbers in [0, 1), float64 `[count, columns]`, of the transform at `place`."""
        if place not in self._tables:
            source = generator("table", self.seed, self.epoch, place)
            table = torch.rand(self.count, columns, dtype=torch.float64, generator=source)
            self._tables[place] = table
        found = self._tables[place]
        assert found.shape[1] == columns
        return found


@dataclass(frozen=True)
class Rows:
    """What the images `indices` (int64 `[n]`, on the CPU) draw for the transform at `place`."""

    draws: Draws
    place: int
    indices: Tensor

    def uniform(self, columns: int) -> Tensor:
        """Numbers in [0, 1), float64 `[n, columns]`, on the CPU."""
        return self.draws.table(self.place, columns).index_select(0, self.indices)

    def seeds(self) -> list[int]:
        """One seed per image, for transforms that draw by themselves."""
        parts = "image", self.draws.seed, self.draws.epoch, self.place
        return [seed_of(*parts, index) for index in self.indices.tolist()]

    def one(self, position: int) -> Rows:
        """The rows of the image at `position` among these alone."""
        return Rows(self.draws, self.place, self.indices[position : position + 1])


def within(uniform: Tensor, low: float, high: float) -> Tensor:
    """Numbers in [low, high], float32, from uniform ones in [0, 1)."""
    return (low + uniform * (high - low)).to(torch.float32)


def below(uniform: Tensor, limit: Tensor | int) -> Tensor:
    """Whole numbers from 0 to `limit` - 1, int64, from uniform ones in [0, 1)."""
    return (uniform * limit).to(torch.int64)


def normal(seeds: Tensor, places: Tensor) -> Tensor:
    """Standard normal numbers, float32: of each the seed of its image, uniform in [0, 1), and its place
    within the image, int64, both of one shape or broadcast to one. They depend on nothing else.

    By Box and Muller, from two hashes of each: https://doi.org/10.1214/aoms/1177706645.
    """
    hashed = _mixed((seeds.double() * 2**53).to(torch.int64) + places * _STEP)
    bits = 1 << 31
    distance = ((hashed & (bits - 1)) + 1).float().mul_(1 / bits)
    angle = ((hashed >> 31) & (bits - 1)).float().mul_(2 * math.pi / bits)
    return distance.log_().mul_(-2).sqrt_().mul_(angle.cos_())


def _signed(number: int) -> int:
    """The 64-bit number that has these bits."""
    return number - 2**64 if number >= 2**63 else number


# SplitMix64: https://doi.org/10.1145/2660193.2660195. Products wrap around.
_STEP = _signed(0x9E3779B97F4A7C15)
_FACTORS = _signed(0xBF58476D1CE4E5B9), _signed(0x94D049BB133111EB)


def _mixed(numbers: Tensor) -> Tensor:
    """Its finalizer; the shifts are of numbers without a sign."""
    for shift, factor in zip((30, 27), _FACTORS, strict=True):
        numbers = (numbers ^ _shifted(numbers, shift)) * factor
    return numbers ^ _shifted(numbers, 31)


def _shifted(numbers: Tensor, by: int) -> Tensor:
    return (numbers >> by) & ((1 << (64 - by)) - 1)
