"""Means with intervals, over seeds and over pairs of answers. Shares and differences are fractions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

_ROUNDING = 1e-9
_Z = 1.959964  # of a 95 % interval


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and its 95 % interval; None where nothing says how far it may be off. `count` is the
    number of values that it is the mean of.
    """

    value: float
    interval: tuple[float, float] | None
    count: int

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves 0 out."""
        if self.interval is None:
            return False
        # Equal numbers differ by rounding.
        return self.interval[0] > _ROUNDING or self.interval[1] < -_ROUNDING


def mean_of(values: Sequence[float], *, overlap: float = 0.0) -> Estimate:
    """The mean over seeds, with the interval that holds the mean of all seeds (Student's t).

    Exact where the values are normally distributed. One value has no interval. Of folds, which share
    most of their training images, `overlap` is test images by training images: without it the
    interval would be too narrow (Nadeau and Bengio 2003).
    """
    mean, count = fmean(values), len(values)
    if count < 2:
        return Estimate(mean, None, count)
    half = t_quantile(count - 1) * stdev(values) * math.sqrt(1 / count + overlap)
    return Estimate(mean, (mean - half, mean + half), count)


def difference_of_means(before: Sequence[float], after: Sequence[float]) -> Estimate:
    """`after` less `before`, of other seeds or other numbers of them (Welch's t)."""
    value = fmean(after) - fmean(before)
    if min(len(before), len(after)) < 2:
        return Estimate(value, None, min(len(before), len(after)))
    parts = [stdev(one) ** 2 / len(one) for one in (before, after)]
    total = sum(parts)
    if total == 0:
        return Estimate(value, (value, value), min(len(before), len(after)))
    freedom = total**2 / sum(
        part**2 / (len(one) - 1) for part, one in zip(parts, (before, after), strict=True)
    )
    half = t_quantile(freedom) * math.sqrt(total)
    return Estimate(value, (value - half, value + half), min(len(before), len(after)))


@dataclass(frozen=True, slots=True)
class Paired:
    """Two networks on the same images: how many both have right, only one of them, and neither."""

    both: int
    only_before: int
    only_after: int
    neither: int

    @property
    def images(self) -> int:
        return self.both + self.only_before + self.only_after + self.neither

    @property
    def difference(self) -> Estimate:
        """Of the shares that are right, the second's less the first's, with the interval for other
        images like these: Wald's with half an image added to each of the four counts (Agresti and
        Min 2005). It is about these two networks: other seeds are not in it.
        """
        value = (self.only_after - self.only_before) / self.images
        gained, lost, total = self.only_after + 0.5, self.only_before + 0.5, self.images + 2
        middle = (gained - lost) / total
        half = _Z * math.sqrt(gained + lost - (gained - lost) ** 2 / total) / total
        return Estimate(value, (middle - half, middle + half), self.images)

    @property
    def p_value(self) -> float:
        """That the images which only one of them has right would be divided as unevenly, or more, if
        both were equally good: McNemar's test, exact, with mid-p (Fagerland et al. 2013).
        """
        total = self.only_before + self.only_after
        smaller = min(self.only_before, self.only_after)
        if 2 * smaller == total:
            return 1.0
        terms = [_half_binomial(k, total) for k in range(smaller + 1)]
        return min(1.0, 2 * math.fsum(terms) - terms[-1])


def paired(before: Sequence[bool], after: Sequence[bool]) -> Paired:
    """`before` and `after` say of each image whether it is right."""
    pairs = Counter(zip(before, after, strict=True))
    return Paired(pairs[True, True], pairs[True, False], pairs[False, True], pairs[False, False])


def _half_binomial(k: int, n: int) -> float:
    """The probability of k heads in n throws."""
    choose = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.exp(choose - n * math.log(2))


def t_quantile(freedom: float, level: float = 0.95) -> float:
    """Student's t at both ends of a `level` interval, by bisection."""
    low, high = 0.0, 1.0
    while _within(high, freedom) < level:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < level else (low, middle)
    return high


def _within(t: float, freedom: float) -> float:
    """The probability that |T| <= t: 1 - I_x(freedom/2, 1/2) with x = freedom / (freedom + t^2)."""
    return 1 - _incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t))


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """I_x(a, b), regularized, by its continued fraction (Press et al., Numerical Recipes, 6.4)."""
    if x in (0.0, 1.0):
        return x
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(b, a, 1 - x)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    return front * _fraction(a, b, x) / a


def _fraction(a: float, b: float, x: float) -> float:
    """By Lentz's method."""
    tiny = 1e-300
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1) or tiny)
    result = d
    for m in range(1, 500):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d = 1 / (1 + step * d or tiny)
            c = 1 + step / c or tiny
            result *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return result
