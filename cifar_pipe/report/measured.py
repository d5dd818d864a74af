"""What was measured, as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import metric_facts
from cifar_pipe.diagnostics.terminal_width import padded
from cifar_pipe.report.formatting import aligned
from cifar_pipe.training.evaluation.evaluate import Evaluation

# With more classes only those at both ends are shown; the page and metrics.json have all.
_MOST_CLASSES = 10
_AT_EACH_END = 3


@dataclass(frozen=True, slots=True)
class Measured:
    """`interval` is the 95 % interval of a share of images, by class where the value is."""

    metric: Component
    value: Any
    interval: Any = None

    @property
    def key(self) -> str:
        """Its name in metrics.json, different for different arguments."""
        given, parts = dict(self.metric.given), [self.metric.name]
        if self.metric.name == "top_k_accuracy":
            return f"top_{self.metric.get('k')}_accuracy"
        match given.pop("average", None):
            case "none":
                parts.insert(0, "per_class")
            case "micro" | "weighted" as average:
                parts.insert(0, average)
        for name, arg in self.metric.entry.args.items():
            if given.get(name, arg.default) != arg.default:
                parts += [name, str(given[name]).lower()]
        return "_".join(parts)

    def shown(self, value: float | None) -> str:
        if value is None:
            return "not known"
        return f"{100 * value:.1f} %" if metric_facts(self.metric).is_share else f"{value:.3f}"


def lines(result: Evaluation, measured: Sequence[Measured], *, tutorial: bool) -> Iterator[str]:
    """Single numbers, then what is measured of each class; `tutorial` takes the sentences of PyTorch's
    tutorial.
    """
    if result.loss is not None and result.counts is None:
        yield f"Loss of the network on the {result.images} {result.split} images: {result.loss:.3f}"
    by_class = [one for one in measured if isinstance(one.value, dict)]
    for one in measured:
        if one in by_class:
            continue
        text = one.shown(one.value)
        if one.key == "accuracy" and tutorial:
            yield f"Accuracy of the network on the {result.images} {result.split} images: {text}"
        elif one.key == "accuracy":
            of = f" of {result.images:,} {result.split} images"
            yield f"accuracy: {text}{of}{_between(one.interval)}"
        else:
            yield f"{one.key}: {text}{_between(one.interval)}"
    if by_class:
        yield from (_sentences if tutorial else _table)(by_class)


def _sentences(measured: Sequence[Measured]) -> Iterator[str]:
    """As the tutorial prints them: names at least five wide."""
    for one in measured:
        name = "Accuracy" if one.key == "per_class_accuracy" else _name(one)
        for class_ in _at_the_ends(one.value):
            if class_ is None:
                yield _left_out(one.value)
                continue
            value = one.value[class_]
            words = one.shown(value) if value is not None else "not known: it has no images"
            yield f"{name} for class: {padded(class_, 5)} is {words}"


def _table(measured: Sequence[Measured]) -> Iterator[str]:
    """A row for each class, those with the highest first value first where some are left out."""
    first = measured[0].value
    shown = _at_the_ends(first)
    rows = [("class", *map(_name, measured))]
    rows += [
        (one, *(_cell(column, column.value[one]) for column in measured))
        for one in shown
        if one is not None
    ]
    table = aligned(rows, right=range(1, len(rows[0])))
    if None in shown:
        table.insert(1 + _AT_EACH_END, _left_out(first))
    yield from table


def _cell(column: Measured, value: float | None) -> str:
    is_empty = value is None and column.key == "per_class_accuracy"
    return "no images" if is_empty else column.shown(value)


def _at_the_ends(values: Mapping[str, float | None]) -> list[str | None]:
    """All classes in their order, or of many the three best and the three worst, None between them."""
    if len(values) <= _MOST_CLASSES:
        return [*values]
    known = {name: value for name, value in values.items() if value is not None}
    ordered = sorted(known, key=lambda name: -known[name])
    ordered += [name for name in values if name not in known]
    return [*ordered[:_AT_EACH_END], None, *ordered[len(known) - _AT_EACH_END : len(known)]]


def _left_out(values: Mapping[str, float | None]) -> str:
    return f"... {len(values) - 2 * _AT_EACH_END} more, on the page"


def _name(measured: Measured) -> str:
    return measured.key.removeprefix("per_class_")


def _between(interval: Sequence[float] | None) -> str:
    if interval is None:
        return ""
    low, high = interval
    return f" (95 % interval {100 * low:.1f} to {100 * high:.1f} %)"
