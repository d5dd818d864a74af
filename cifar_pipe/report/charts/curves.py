"""Curves over the steps of a training."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace

from cifar_pipe.report.charts.chart import Chart, Key
from cifar_pipe.report.charts.curve_layers import MARKED_LOOK, curve_spec
from cifar_pipe.report.charts.series import Mark, Series, short, thinned
from cifar_pipe.report.formatting import count, percent
from cifar_pipe.report.language import _

# Values so many times the quartiles' distance above the upper one are cut off.
FENCE = 10.0


def curves(
    series: Sequence[Series],
    *,
    what: str,
    epochs: Sequence[float] = (),
    shares: bool = False,
    mark: Mark | None = None,
    group: str = "",
    logarithmic: bool = False,
) -> Chart:
    """Values over steps. `what` names the vertical axis; `epochs` are the steps at which epochs end;
    with `shares` the values are fractions, written in percent; `logarithmic` lets the reader choose.

    Each series has at least one point.
    """
    text = percent if shares else short
    series = [replace(one, points=thinned(one.points)) for one in series]
    values = [value for one in series for __, value in one.points]
    values += [value for one in series for __, *ends in one.band for value in ends]
    low, high = _range(values)
    positive = [value for value in values if value > 0]
    log = (min(positive), max(positive)) if logarithmic and len(set(positive)) > 1 else None
    summary = _("; ").join(_in_words(one, text) for one in series)
    marked = (
        _("; ") + _("{value} at step {step}", value=mark.text, step=count(mark.step))
        if mark
        else ""
    )
    note = _cut_off(series, high, text)
    if note and log:
        note += _(" The logarithmic scale has them all.")
    steps = sorted({step for one in series for step, __ in one.points})
    return Chart(
        title=what,
        spec=curve_spec(
            series, epochs, mark, shares=shares, ends=_padded(low, high, shares=shares), log=log
        ),
        summary=_("{what} over steps. {values}", what=what, values=summary + marked),
        table=_table(series, steps, text),
        keys=[
            *(Key(one.name, one.look) for one in series),
            *([Key(mark.text, MARKED_LOOK)] if mark else []),
        ],
        note=note,
        group=group,
        steps=steps,
        log=log,
    )


def _in_words(series: Series, text: Callable[[float], str]) -> str:
    (x0, y0), (x1, y1) = series.points[0], series.points[-1]
    start, end = (
        _("{value} at step {step}", value=text(y), step=count(x)) for x, y in ((x0, y0), (x1, y1))
    )
    words = start
    if len(series.points) > 1:
        words = _("from {start} to {end}", start=start, end=end)
    return _("{what}: {values}", what=series.name, values=words)


def _range(values: Sequence[float]) -> tuple[float, float]:
    """Of the values without those that would leave no room for the others: at most a tenth of them."""
    low, high = min(values), max(values)
    ordered = sorted(values)
    lower, upper = ordered[len(ordered) // 4], ordered[3 * len(ordered) // 4]
    fence = upper + FENCE * (upper - lower)
    inside = bisect_right(ordered, fence)
    if upper > lower and 0.9 * len(ordered) <= inside < len(ordered):
        high = ordered[inside - 1]
    return low, high


def _padded(low: float, high: float, *, shares: bool) -> tuple[float, float]:
    """With a little room; what is never negative stays so, and shares end at 1."""
    if not high - low > max(abs(low), abs(high)) * 1e-9:
        pad = abs(low) * 0.1 or 0.5
    else:
        pad = 0.05 * (high - low)
    bottom, top = low - pad, high + pad
    return max(bottom, 0.0) if low >= 0 else bottom, min(top, 1.0) if shares else top


def _cut_off(series: Sequence[Series], high: float, text: Callable[[float], str]) -> str:
    above = [(value, step) for one in series for step, value in one.points if value > high]
    if not above:
        return ""
    value, step = max(above)
    facts = {"high": text(high), "value": text(value), "step": count(step)}
    if len(above) == 1:
        return _("1 point above {high} is cut off; the highest is {value} at step {step}.", **facts)
    return _(
        "{count} points above {high} are cut off; the highest is {value} at step {step}.",
        count=count(len(above)),
        **facts,
    )


def _table(
    series: Sequence[Series], steps: Sequence[float], text: Callable[[float], str]
) -> list[list[str]]:
    of = [dict(one.points) for one in series]
    rows = [
        [count(step), *("" if (one := known.get(step)) is None else text(one) for known in of)]
        for step in steps
    ]
    return [[_("step"), *(one.name for one in series)], *rows]
