"""How good the network is: its accuracy, over all and per class, and its mistakes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cifar_pipe.catalog.core.facts import metric_facts
from cifar_pipe.catalog.core.lookup import entries_of
from cifar_pipe.report.analysis.class_order import by_similarity
from cifar_pipe.report.analysis.confidence import Confidence, confidence
from cifar_pipe.report.charts.bars import bars
from cifar_pipe.report.charts.chart import Chart
from cifar_pipe.report.charts.confusion_matrix import confusion_matrix
from cifar_pipe.report.formatting import count, number, percent
from cifar_pipe.report.language import _, term
from cifar_pipe.report.run_folder import RunFolder, StageFolder, is_number, mapping, number_of
from cifar_pipe.report.sections.class_table import Cell, ClassTable, Column, counted
from cifar_pipe.report.sections.confusion_table import ConfusionTable, confusion_table
from cifar_pipe.report.sections.mistakes import kept_by_pair

_OF_CLASSES = "per_class_"

Table = list[list[str]]
"""Of words; its first row is the head."""


@dataclass(frozen=True)
class Confusion:
    """`amount` images of `true` were taken for `predicted`: `share` of those of `true`."""

    true: str
    predicted: str
    amount: int
    share: float


@dataclass(frozen=True)
class EvaluationPart:
    """Shares are fractions. `charts` by the name of their picture file. `measures` are the numbers by
    their names, in words, `by_class` a table of what is known of each class.
    """

    id: str
    split: str
    images: int | None
    accuracy: float | None
    loss: float | None
    facts: list[tuple[str, str]]
    charts: dict[str, Chart]
    confusions: list[Confusion]
    classes: tuple[str, ...]
    measures: dict[str, str]
    by_class: ClassTable | None
    confidence: Confidence | None


def evaluation_parts(folder: RunFolder) -> list[EvaluationPart]:
    from_run = mapping(folder.run.get("metrics"))
    parts = []
    for stage in folder.stages:
        # A stage that was reused may have its files in another run; run.json has its metrics.
        metrics = stage.mapping("metrics.json") or mapping(from_run.get(stage.id))
        if metrics or stage.has("confusion_matrix.csv"):
            parts.append(_part(stage, metrics))
    return parts


def confusion_tables(folder: RunFolder) -> dict[str, ConfusionTable]:
    """By the ids of the stages that have counted."""
    tables = ((stage, stage.table("confusion_matrix.csv")) for stage in folder.stages)
    return {
        stage.id: confusion_table(f"shown-{stage.id}", classes, counts, kept_by_pair(stage))
        for stage, (classes, counts) in tables
        if counts
    }


def verdict(parts: Sequence[EvaluationPart]) -> EvaluationPart | None:
    """The evaluation at the head of the page: the last on the test split, else the last."""
    measured = [part for part in parts if part.accuracy is not None]
    on_test = [part for part in measured if part.split == "test"]
    return next(reversed(on_test or measured), None)


def side_by_side(parts: Sequence[EvaluationPart]) -> Table:
    """What several evaluations have measured, one per column; empty where there is one."""
    if len(parts) < 2:
        return []
    names = dict.fromkeys(name for part in parts for name in part.measures)
    rows = [[name, *(part.measures.get(name, "–") for part in parts)] for name in names]
    return [
        ["", *(part.id for part in parts)],
        [_("split"), *(term(part.split) for part in parts)],
        *rows,
    ]


def _part(stage: StageFolder, metrics: dict[str, Any]) -> EvaluationPart:
    classes, counts = stage.table("confusion_matrix.csv")
    accuracy, images = number_of(metrics, "accuracy"), number_of(metrics, "images")
    shares = mapping(metrics.get("per_class_accuracy"))
    per_class = {str(name): share for name, share in shares.items() if is_number(share)}
    charts = {}
    if per_class:
        known = mapping(metrics.get("per_class_accuracy_interval"))
        between = {name: ends for name in per_class if (ends := _ends(known.get(name)))}
        what = _("accuracy per class")
        charts["per_class_accuracy"] = bars(
            per_class, overall=accuracy, what=what, intervals=between
        )
    if counts:
        order = by_similarity(counts)
        ordered = [[counts[i][j] for j in order] for i in order]
        charts["confusion_matrix"] = confusion_matrix(ordered, [classes[one] for one in order])
    sure = confidence(stage.answers)
    charts |= sure.charts if sure else {}
    return EvaluationPart(
        id=stage.id,
        split=str(metrics.get("split") or stage.settings.get("split") or "test"),
        images=None if images is None else int(images),
        accuracy=accuracy,
        loss=number_of(metrics, "loss"),
        facts=list(_facts(metrics, per_class)),
        charts=charts,
        confusions=_confusions(counts, classes),
        classes=classes or tuple(per_class),
        measures=dict(_measures(metrics)),
        by_class=_by_class(metrics, classes or tuple(map(str, shares)), counts),
        confidence=sure,
    )


def _facts(metrics: dict[str, Any], per_class: dict[str, float]) -> Iterator[tuple[str, str]]:
    accuracy, images = number_of(metrics, "accuracy"), number_of(metrics, "images")
    if accuracy is not None:
        text = percent(accuracy)
        if images is not None:
            text = _("{share} of {count} images", share=text, count=count(images))
        yield _("accuracy"), text
        if between := _between(metrics.get("accuracy_interval")):
            yield _("95 % interval"), between
    for name, words in _measures(metrics):
        if name not in (term("accuracy"), term("images")):
            yield name, words
    if len(per_class) > 1:
        for label, choose in ((_("best class"), max), (_("worst class"), min)):
            share = choose(per_class.values())
            names = [name for name, one in per_class.items() if one == share]
            yield label, _("{label}, {share}", label=first_of(names), share=percent(share))


def first_of(names: Sequence[str]) -> str:
    """The first, and how many there are beside it."""
    if len(names) == 1:
        return names[0]
    return _("{name} and {count} more", name=names[0], count=len(names) - 1)


def _measures(metrics: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The single numbers, each with its interval."""
    for key, value in metrics.items():
        if is_number(value) or (value is None and key in entries_of("metric")):
            between = _between(metrics.get(f"{key}_interval"))
            words = _words(key, value)
            text = _("{value} ({interval})", value=words, interval=between) if between else words
            yield term(key.replace("_", " ")), text


def _by_class(
    metrics: dict[str, Any], classes: Sequence[str], counts: Sequence[Sequence[int]]
) -> ClassTable | None:
    """What the confusion matrix tells, and a column for each other metric."""
    keys = [key for key in metrics if key.startswith(_OF_CLASSES) and not key.endswith("_interval")]
    columns = counted(classes, counts) if counts else []
    known = {"images", "recall", "precision", "f1"} if counts else set()
    for key in keys:
        head, values = key.removeprefix(_OF_CLASSES).replace("_", " "), mapping(metrics[key])
        if counts and (head == "accuracy" or head in known):
            continue
        cells = [(value := values.get(one), _words(key, value)) for one in classes]
        columns.append(
            Column(term(head), [Cell(text, one if is_number(one) else None) for one, text in cells])
        )
        if intervals := mapping(metrics.get(f"{key}_interval")):
            between = [Cell(_between(intervals.get(one)) or "–") for one in classes]
            columns.append(Column(_("95 % interval"), between))
    return ClassTable(classes, columns) if columns else None


def _words(key: str, value: Any) -> str:
    if not is_number(value):
        return _("not known")
    # Numbers that are not shares, or the ends of the names that arguments have given them.
    metrics = entries_of("metric").items()
    names = ("loss", *(name for name, one in metrics if not metric_facts(one).is_share))
    plain = any(name in key for name in names) or not 0 <= value <= 1
    return number(value) if plain else percent(value)


def _between(interval: Any) -> str | None:
    ends = _ends(interval)
    return _("{low} to {high}", low=percent(ends[0]), high=percent(ends[1])) if ends else None


def _ends(interval: Any) -> tuple[float, float] | None:
    match interval:
        case [low, high] if is_number(low) and is_number(high):
            return low, high
    return None


def _confusions(counts: Sequence[Sequence[int]], classes: Sequence[str]) -> list[Confusion]:
    """The six most frequent mistakes, first those with the most images."""
    found = [
        Confusion(classes[i], classes[j], amount, amount / sum(row))
        for i, row in enumerate(counts)
        for j, amount in enumerate(row)
        if i != j and amount
    ]
    return sorted(found, key=lambda one: -one.amount)[:6]
