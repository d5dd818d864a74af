"""A comparison as lines for a terminal, and as what JSON can hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cifar_pipe.comparison.measures import (
    Difference,
    basis_in_words,
    basis_of,
    between,
    difference,
    difference_in_words,
    in_words,
    measured,
)
from cifar_pipe.comparison.runs import Comparison, Variant
from cifar_pipe.comparison.settings import ABSENT, Setting
from cifar_pipe.diagnostics import terminal_width
from cifar_pipe.diagnostics.terminal_width import width_of
from cifar_pipe.report.differences.surroundings import surroundings
from cifar_pipe.report.differences.values import value_texts
from cifar_pipe.report.formatting import NBSP, aligned, plural
from cifar_pipe.report.formatting import seconds as duration
from cifar_pipe.report.language import _, term
from cifar_pipe.report.run_folder import mapping

WIDTH = 80


def lines(comparison: Comparison) -> list[str]:
    """At most 80 columns, apart from words that cannot be broken."""
    return [
        *_runs(comparison),
        *(f"STAND-IN: {one}" for one in stand_ins(comparison)),
        "",
        *_settings(comparison),
        "",
        *_results(comparison),
    ]


def _runs(comparison: Comparison) -> Iterator[str]:
    for variant in comparison.variants:
        paths = [one.path.as_posix() for one in variant.runs]
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        status = "" if variant.first.status == "done" else f", {variant.first.status}"
        yield f"{variant.label}  {paths[0]}{more}  ({variant.replicates}{status})"


def _settings(comparison: Comparison) -> Iterator[str]:
    labels = [one.label for one in comparison.variants]
    if comparison.settings is None:
        yield "the settings cannot be compared: this version cannot read the pipeline of all runs"
    else:
        own = [one for one in comparison.settings if one.changes_results]
        if not own and len(labels) > 1:
            yield "no setting that changes results differs"
        rows = [(one.name, *value_texts(one)) for one in own]
        yield from table_of_values(("setting", *labels), rows)
        others = [one.name for one in comparison.settings if not one.changes_results]
        if others:
            yield from wrapped(f"these differ too, and change no result: {', '.join(others)}")
    if found := surroundings(comparison.states):
        yield ""
        rows = [(one.name, *one.values) for one in found]
        yield from table_of_values(("not a setting", *labels), rows)


def table_of_values(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns for those rows that fit; the others below, each value with the runs that have it."""
    fitting = [row for row in rows if _fits(row, rows)]
    if fitting:
        yield from aligned([head, *fitting])
    for name, *values in (row for row in rows if row not in fitting):
        yield name
        by_value: dict[str, list[str]] = {}
        for label, value in zip(head[1:], values, strict=True):
            by_value.setdefault(value, []).append(label)
        for value, labels in by_value.items():
            label = f"  {', '.join(labels)}  "
            first, *more = wrapped(value, WIDTH - width_of(label))
            yield label + first
            yield from (" " * width_of(label) + line for line in more)


def _fits(row: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """With equal shares of what the longest name leaves."""
    names = max(width_of(one[0]) for one in rows)
    room = (WIDTH - names) // max(1, len(row) - 1) - 2
    return all(width_of(cell) <= room for cell in row[1:])


def _results(comparison: Comparison) -> Iterator[str]:
    """A row for each variant, and a small table of each further measure."""
    yield from aligned(result_rows(comparison), right=(1,))
    yield from _more_measures(comparison)
    yield ""
    for line in interval_lines(comparison):
        yield from wrapped(line)


def result_rows(comparison: Comparison) -> list[list[str]]:
    """A head, then a row for each variant; differences from the base, where there are others."""
    metric, has_others = comparison.metric, len(comparison.variants) > 1
    head = [_("run"), metric, _("95 % interval")]
    if has_others:
        head += [_("less A's"), _("95 % interval")]
    rows = [[*head, _("computed in")]]
    for variant in comparison.variants:
        found = measured(variant, metric)
        assert found is not None
        interval = between(metric, found.estimate.interval)
        row = [variant.label, in_words(metric, found.estimate.value), interval]
        if has_others:
            row += [*_difference(metric, difference(comparison, variant, metric))]
        rows.append([*row, _time(variant)])
    return rows


def stand_ins(comparison: Comparison) -> list[str]:
    """A sentence for each variant whose numbers are those of a stand-in."""
    found = []
    for one in comparison.variants:
        data = mapping(one.first.folder.run.get("data"))
        if data.get("stand_in"):
            found.append(
                _(
                    "{label} ran on {used}, not on {declared}.",
                    label=one.label,
                    used=data.get("dataset"),
                    declared=data.get("stand_in_for") or _("the dataset that the pipeline names"),
                )
            )
    return found


def _difference(metric: str, found: Difference | None) -> tuple[str, str]:
    if found is None:
        return "", ""
    value = difference_in_words(metric, found.estimate.value)
    return value, between(metric, found.estimate.interval, signed=True)


def _time(variant: Variant) -> str:
    """The mean of its runs."""
    known = [one.seconds for one in variant.runs]
    times = [one for one in known if one is not None]
    return duration(sum(times) / len(times)) if len(times) == len(known) else term("not known")


def _more_measures(comparison: Comparison) -> Iterator[str]:
    rows = []
    for name in comparison.measures[1:]:
        found = [measured(one, name) for one in comparison.variants]
        texts = ["–" if one is None else in_words(name, one.estimate.value) for one in found]
        rows.append((name, *texts))
    if rows:
        yield ""
        labels = [one.label for one in comparison.variants]
        yield from table_of_values(("also measured", *labels), rows)


def interval_lines(comparison: Comparison) -> list[str]:
    """What the intervals are about, and what the pairs of answers say, a paragraph each."""
    of = {one.label: difference(comparison, one, comparison.metric) for one in comparison.variants}
    differences = {label: found for label, found in of.items() if found is not None}
    bases = dict.fromkeys(basis_of(one) for one in comparison.variants)
    bases |= dict.fromkeys(one.basis for one in differences.values() if one.basis)
    words = _(" and ").join(map(basis_in_words, bases))
    found = [_("95 % intervals are for {bases}.", bases=words)]
    if any(one.estimate.interval is None for one in differences.values()):
        found.append(
            _(
                "An interval is not known where two runs of one seed each have not kept their answers "
                "to the same images, or share no seeds."
            )
        )
    for label, one in differences.items():
        if one.pairs is not None:
            counts = one.pairs.counts
            found.append(
                _(
                    "{label}: {gained} right that {base} has wrong, {lost} the other way round, of "
                    "{all} (McNemar's test: {p}).",
                    label=label,
                    gained=plural(counts.only_after, "image"),
                    base=comparison.base.label,
                    lost=count(counts.only_before),
                    all=count(counts.images),
                    p=p_in_words(counts.p_value),
                )
            )
    if len(of) > 1 and any(len(one.runs) == 1 for one in comparison.variants):
        found.append(
            _(
                "One seed each: how far another seed moves these numbers is not in the intervals; runs "
                "with --seeds 0..2 tell."
            )
        )
    return found


def count(number: int) -> str:
    return f"{number:,}"


def p_in_words(p: float) -> str:
    return f"p{NBSP}<{NBSP}0.001" if p < 0.001 else f"p{NBSP}={NBSP}{p:.2g}"


def wrapped(text: str, width: int = WIDTH) -> list[str]:
    """Broken at spaces, with those within a number and its unit as what they are."""
    return [line.replace(NBSP, " ") for line in terminal_width.wrapped(text, width)]


def to_json(comparison: Comparison, page: Path | None = None) -> dict[str, Any]:
    """Shares are fractions; a value that is not known is null."""
    settings = comparison.settings
    return {
        "metric": comparison.metric,
        "variants": [_variant(comparison, one) for one in comparison.variants],
        "settings": None if settings is None else [_setting(comparison, one) for one in settings],
        "not_settings": [
            {"name": one.name, "values": _by_label(comparison, one.values)}
            for one in surroundings(comparison.states)
        ],
        "page": page.as_posix() if page else None,
    }


def _variant(comparison: Comparison, variant: Variant) -> dict[str, Any]:
    found = {name: measured(variant, name) for name in comparison.measures}
    of = difference(comparison, variant, comparison.metric)
    return {
        "label": variant.label,
        "runs": [
            {
                "path": one.path.as_posix(),
                "name": one.name,
                "status": one.status,
                "seed": one.replicate[0],
                "fold": one.replicate[1],
                "seconds": one.seconds,
            }
            for one in variant.runs
        ],
        "measures": {
            name: {
                "mean": one.estimate.value,
                "interval": one.estimate.interval,
                "interval_is_for": basis_in_words(basis_of(variant))
                if one.estimate.interval
                else None,
                "std": one.std,
                "values": one.values,
            }
            for name, one in found.items()
            if one is not None
        },
        "difference": None if of is None else _difference_as_json(of),
    }


def _difference_as_json(found: Difference) -> dict[str, Any]:
    counts = found.pairs.counts if found.pairs else None
    return {
        "value": found.estimate.value,
        "interval": found.estimate.interval,
        "interval_is_for": basis_in_words(found.basis) if found.basis else None,
        "only_here_right": counts.only_after if counts else None,
        "only_there_right": counts.only_before if counts else None,
        "p_value": counts.p_value if counts else None,
    }


def _setting(comparison: Comparison, setting: Setting) -> dict[str, Any]:
    values = [None if one is ABSENT else one for one in setting.values]
    return {
        "name": setting.name,
        "changes_results": setting.changes_results,
        "values": _by_label(comparison, values),
    }


def _by_label(comparison: Comparison, values: Sequence[Any]) -> dict[str, Any]:
    labels = [one.label for one in comparison.variants]
    return dict(zip(labels, values, strict=True))
