"""What was measured of each variant, with intervals, and how they differ."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import stdev
from typing import Literal

from cifar_pipe.catalog.core.facts import metric_facts
from cifar_pipe.catalog.tables.metrics import TABLE
from cifar_pipe.comparison.answers import Pairs, pairs_of
from cifar_pipe.comparison.runs import Comparison, Variant
from cifar_pipe.comparison.statistics import Estimate, difference_of_means, mean_of
from cifar_pipe.report.formatting import NBSP, number, percent
from cifar_pipe.report.language import _, term

Basis = Literal["images", "seeds", "folds"]
"""What an interval is for: other test images, other seeds, or other images of both kinds."""

_PLAIN = ("loss", *(name for name, one in TABLE.entries.items() if not metric_facts(one).is_share))


@dataclass(frozen=True)
class Measured:
    """One measure of one variant: its values by run, their mean, and what its interval is about.

    `std` is that of the sample, None for one run.
    """

    values: tuple[float, ...]
    estimate: Estimate
    std: float | None


@dataclass(frozen=True)
class Difference:
    """Of one variant from the base. `pairs` are the answers on the same images, of one run each."""

    estimate: Estimate
    basis: Basis | None
    pairs: Pairs | None = None


def basis_in_words(basis: Basis) -> str:
    match basis:
        case "images":
            return _("other test images like these, the same trained networks")
        case "seeds":
            return _("other seeds, the same test images")
        case "folds":
            return _("other training and test images like these")


def is_share(measure: str) -> bool:
    name = measure.rpartition(".")[2]
    return not any(one in name for one in _PLAIN)


def in_words(measure: str, value: float) -> str:
    return percent(value) if is_share(measure) else number(value)


def difference_in_words(measure: str, value: float) -> str:
    """With its sign; of shares in points."""
    if is_share(measure):
        return _("{value}{space}points", value=_signed(100 * value, 1), space=NBSP)
    return ("+" if value > 0 else "−" if value < 0 else "") + number(abs(value))


def between(measure: str, interval: tuple[float, float] | None, *, signed: bool = False) -> str:
    """`53.1 to 55.1`, without units; of a difference `−2.1 to +0.4`."""
    if interval is None:
        return term("not known")
    if is_share(measure):
        ends = [_signed(100 * one, 1) if signed else f"{100 * one:.1f}" for one in interval]
    elif signed:
        ends = [difference_in_words(measure, one) for one in interval]
    else:
        ends = [number(one) for one in interval]
    return _("{low} to {high}", low=ends[0], high=ends[1])


def _signed(value: float, decimals: int) -> str:
    text = f"{abs(value):.{decimals}f}"
    is_zero = float(text) == 0
    return text if is_zero else f"{'+' if value > 0 else '−'}{text}"


def measured(variant: Variant, measure: str) -> Measured | None:
    """None where none of its runs has it."""
    values = variant.values(measure)
    if not values:
        return None
    overlap = 1 / (variant.folds - 1) if variant.folds else 0.0
    estimate = mean_of(values, overlap=overlap)
    if estimate.interval and is_share(measure) and all(0 <= one <= 1 for one in values):
        low, high = estimate.interval
        estimate = replace(estimate, interval=(max(0.0, low), min(1.0, high)))
    if len(values) == 1:
        stage, _, name = measure.rpartition(".")
        match variant.first.metrics_of(stage).get(f"{name}_interval"):
            case [float() | int() as low, float() | int() as high]:
                estimate = Estimate(estimate.value, (low, high), 1)
    return Measured(tuple(values), estimate, stdev(values) if len(values) > 1 else None)


def basis_of(variant: Variant) -> Basis:
    """What the interval of its measures is about."""
    if len(variant.runs) == 1:
        return "images"
    return "folds" if variant.folds else "seeds"


def difference(comparison: Comparison, variant: Variant, measure: str) -> Difference | None:
    """From the base: by pairs of runs with the same seed where both have them, or else of means; of
    one run each by the images that only one of them has right.
    """
    base = comparison.base
    before, after = base.values(measure), variant.values(measure)
    if variant is base or not before or not after:
        return None
    stage, _, name = measure.rpartition(".")
    if len(before) == len(after) == 1:
        pairs = pairs_of(base.first, variant.first, stage) if name == "accuracy" else None
        if pairs is not None:
            return Difference(pairs.counts.difference, "images", pairs)
        return Difference(Estimate(after[0] - before[0], None, 1), None)
    one, other = base.by_replicate(measure), variant.by_replicate(measure)
    shared = [which for which in one if which in other]
    basis: Basis = "folds" if base.folds and base.folds == variant.folds else "seeds"
    if len(shared) > 1:
        overlap = 1 / (base.folds - 1) if base.folds and basis == "folds" else 0.0
        return Difference(
            mean_of([other[which] - one[which] for which in shared], overlap=overlap), basis
        )
    return Difference(difference_of_means(before, after), basis)
