"""The runs of one pipeline over seeds or folds, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from cifar_pipe.comparison.measures import (
    basis_in_words,
    basis_of,
    between,
    in_words,
    is_share,
    measured,
)
from cifar_pipe.comparison.runs import Comparison
from cifar_pipe.comparison.tables import WIDTH, wrapped
from cifar_pipe.diagnostics.terminal_width import width_of
from cifar_pipe.report.formatting import NBSP, aligned, number
from cifar_pipe.report.formatting import seconds as duration


def series_lines(comparison: Comparison) -> Iterator[str]:
    """Each run's numbers, then mean, standard deviation and interval; measures that do not fit beside
    each other in 80 columns follow in a table of their own.
    """
    runs, folds = comparison.base.runs, comparison.base.folds
    head = ["fold" if folds else "seed", *(str(one.replicate[bool(folds)]) for one in runs)]
    head += ["mean", "std", "95 %"]
    measures = [_column(comparison, name) for name in comparison.measures]
    if all(one.seconds is not None for one in runs):
        times = [one.seconds or 0.0 for one in runs]
        mean = duration(sum(times) / len(times))
        measures.append(["computed in", *map(duration, times), mean, "", ""])
    while measures:
        shown = [head, measures.pop(0)]
        while measures and _width([*shown, measures[0]]) <= WIDTH:
            shown.append(measures.pop(0))
        yield from aligned([*zip(*shown, strict=True)], right=range(1, len(shown)))
        yield ""
    if len(runs) > 1:
        basis = basis_in_words(basis_of(comparison.base))
        yield from wrapped(f"The 95 % interval of the mean is for {basis}.")


def _width(shown: list[list[str]]) -> int:
    return sum(max(map(width_of, one)) + 2 for one in shown) - 2


def _column(comparison: Comparison, name: str) -> list[str]:
    variant = comparison.base
    values = [one.numbers.get(name) for one in variant.runs]
    cells = ["–" if value is None else in_words(name, value) for value in values]
    found = measured(variant, name)
    if found is None or found.std is None:
        return [name, *cells, "" if found is None else in_words(name, found.estimate.value), "", ""]
    std = f"{100 * found.std:.1f}{NBSP}points" if is_share(name) else number(found.std)
    mean = in_words(name, found.estimate.value)
    return [name, *cells, mean, std, between(name, found.estimate.interval)]
