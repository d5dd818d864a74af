"""How good the network is: its accuracy, over all and per class, and its mistakes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cifar_pipe.report.charts.bars import bars
from cifar_pipe.report.charts.confusion_matrix import confusion_matrix
from cifar_pipe.report.drawing.scene import Scene
from cifar_pipe.report.formatting import count, number, percent
from cifar_pipe.report.run_folder import RunFolder, StageFolder, is_number, mapping, number_of

# Numbers that are not shares.
_PLAIN = ("loss", "cohen_kappa", "matthews_corrcoef")


@dataclass(frozen=True)
class Confusion:
    """`amount` images of `true` were taken for `predicted`: `share` of those of `true`."""

    true: str
    predicted: str
    amount: int
    share: float


@dataclass(frozen=True)
class EvaluationPart:
    """Shares are fractions. `charts` by the name of their picture file."""

    id: str
    split: str
    images: int | None
    accuracy: float | None
    loss: float | None
    facts: list[tuple[str, str]]
    charts: dict[str, Scene]
    confusions: list[Confusion]
    classes: tuple[str, ...]


def evaluation_parts(folder: RunFolder) -> list[EvaluationPart]:
    from_run = mapping(folder.run.get("metrics"))
    parts = []
    for stage in folder.stages:
        # A stage that was reused may have its files in another run; run.json has its metrics.
        metrics = stage.mapping("metrics.json") or mapping(from_run.get(stage.id))
        if metrics or stage.has("confusion_matrix.csv"):
            parts.append(_part(stage, metrics))
    return parts


def verdict(parts: Sequence[EvaluationPart]) -> EvaluationPart | None:
    """The evaluation at the head of the page: the last on the test split, else the last."""
    measured = [part for part in parts if part.accuracy is not None]
    on_test = [part for part in measured if part.split == "test"]
    return next(reversed(on_test or measured), None)


def _part(stage: StageFolder, metrics: dict[str, Any]) -> EvaluationPart:
    classes, counts = stage.table("confusion_matrix.csv")
    accuracy, images = number_of(metrics, "accuracy"), number_of(metrics, "images")
    shares = mapping(metrics.get("per_class_accuracy"))
    per_class = {str(name): share for name, share in shares.items() if is_number(share)}
    charts = {}
    if per_class:
        charts["per_class_accuracy"] = bars(per_class, overall=accuracy, what="accuracy per class")
    if counts:
        charts["confusion_matrix"] = confusion_matrix(counts, classes)
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
    )


def _facts(metrics: dict[str, Any], per_class: dict[str, float]) -> Iterator[tuple[str, str]]:
    accuracy, images = number_of(metrics, "accuracy"), number_of(metrics, "images")
    if accuracy is not None:
        whole = "" if images is None else f" of {count(images)} images"
        yield "accuracy", f"{percent(accuracy)}{whole}"
        match metrics.get("accuracy_interval"):
            case [low, high] if is_number(low) and is_number(high):
                yield "95 % interval", f"{percent(low)} to {percent(high)}"
    for key, value in metrics.items():
        if key not in ("accuracy", "images") and is_number(value):
            share = key not in _PLAIN and 0 <= value <= 1
            yield key.replace("_", " "), percent(value) if share else number(value)
    if len(per_class) > 1:
        for label, choose in (("best class", max), ("worst class", min)):
            name = choose(per_class, key=per_class.__getitem__)
            yield label, f"{name}, {percent(per_class[name])}"


def _confusions(counts: Sequence[Sequence[int]], classes: Sequence[str]) -> list[Confusion]:
    """The six most frequent mistakes, first those with the most images."""
    found = [
        Confusion(classes[i], classes[j], amount, amount / sum(row))
        for i, row in enumerate(counts)
        for j, amount in enumerate(row)
        if i != j and amount
    ]
    return sorted(found, key=lambda one: -one.amount)[:6]
