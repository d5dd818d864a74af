"""How the training went: its settings, its length, its curves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cifar_pipe.report.charts import Series, curves
from cifar_pipe.report.drawing import Scene
from cifar_pipe.report.parts.settings import in_words
from cifar_pipe.report.reading import RunFolder, StageFolder, is_number, mapping, points
from cifar_pipe.report.words import count, number, percent, seconds


@dataclass(frozen=True)
class TrainingPart:
    """`charts` by the name of their picture file. `last_loss` is that of the last log point."""

    id: str
    facts: list[tuple[str, str]]
    charts: dict[str, Scene]
    seconds: float | None
    last_loss: float | None


def training_parts(folder: RunFolder) -> list[TrainingPart]:
    return [
        _part(stage, folder.log.get(stage.id, []))
        for stage in folder.stages
        if stage.has("history.json") or points(folder.log.get(stage.id, []), "loss")
    ]


def _part(stage: StageFolder, rows: list[dict[str, Any]]) -> TrainingPart:
    history = stage.mapping("history.json")
    losses = points(rows, "loss")
    duration = history.get("seconds")
    return TrainingPart(
        id=stage.id,
        facts=list(_facts(stage, history, rows)),
        charts=_charts(rows, _epoch_ends(history, rows)),
        seconds=duration if is_number(duration) else None,
        last_loss=losses[-1][1] if losses else None,
    )


def _facts(
    stage: StageFolder, history: dict[str, Any], rows: list[dict[str, Any]]
) -> Iterator[tuple[str, str]]:
    if is_number(history.get("epochs")) and is_number(history.get("steps")):
        yield "length", f"{number(history['epochs'])} epochs, {count(history['steps'])} steps"
    if is_number(history.get("seconds")):
        yield "time", seconds(history["seconds"])
    if is_number(history.get("images_per_second")):
        yield "speed", f"{count(history['images_per_second'])} images a second"
    for key in ("loss", "optimizer", "scheduler"):
        if key in stage.settings:
            yield key, in_words(stage.settings[key])
    rates = {rate for _, rate in points(rows, "lr")}
    if len(rates) == 1 and "lr" not in in_words(stage.settings.get("optimizer", "")):
        yield "learning rate", number(rates.pop())
    if losses := points(rows, "loss"):
        yield "last training loss", f"{number(losses[-1][1])} at step {count(losses[-1][0])}"
    if best := _best(mapping(history.get("best"))):
        yield "best epoch", best


def _best(best: dict[str, Any]) -> str | None:
    if "epoch" not in best or not is_number(best.get("value")):
        return None
    metric = str(best.get("metric", ""))
    value = percent(best["value"]) if "accuracy" in metric else number(best["value"])
    return f"{best['epoch']}, {metric} {value}"


def _epoch_ends(history: dict[str, Any], rows: list[dict[str, Any]]) -> list[float]:
    """The steps at which epochs end; empty where that is not known."""
    validated = sorted({row["step"] for row in rows if "val_loss" in row and "step" in row})
    if validated:
        return [float(step) for step in validated]
    epochs, steps = history.get("epochs"), history.get("steps")
    if not is_number(epochs) or not is_number(steps) or epochs < 2 or steps % epochs:
        return []
    return [steps / epochs * (epoch + 1) for epoch in range(int(epochs))]


def _charts(rows: list[dict[str, Any]], epochs: list[float]) -> dict[str, Scene]:
    charts = {}
    if loss := _both(rows, "loss", "val_loss"):
        charts["loss"] = curves(loss, what="loss", epochs=epochs)
    if accuracy := _both(rows, "accuracy", "val_accuracy"):
        what = "accuracy" if len(accuracy) > 1 else f"{accuracy[0].name} accuracy"
        charts["accuracy"] = curves(accuracy, what=what, epochs=epochs, shares=True)
    rates = points(rows, "lr")
    if len({rate for _, rate in rates}) > 1:
        series = [Series("learning rate", rates)]
        charts["learning_rate"] = curves(series, what="learning rate", epochs=epochs)
    return charts


def _both(rows: list[dict[str, Any]], training: str, validation: str) -> list[Series]:
    series = []
    if found := points(rows, training):
        series.append(Series("training", found))
    if found := points(rows, validation):
        few = len(found) <= 60
        series.append(Series("validation", found, "second", dots=few))
    return series
