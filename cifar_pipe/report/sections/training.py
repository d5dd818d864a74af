"""How the training went: its settings, its length, its curves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cifar_pipe.report.charts.chart import Chart
from cifar_pipe.report.charts.curves import curves
from cifar_pipe.report.charts.look import DASHES, Look, look_of
from cifar_pipe.report.charts.series import Mark, Series, is_constant
from cifar_pipe.report.formatting import count, in_words, number, percent, seconds
from cifar_pipe.report.language import _, term
from cifar_pipe.report.run_folder import Row, RunFolder, StageFolder, mapping, number_of
from cifar_pipe.report.sections.pictures import Picture, samples_of

# Settings of the stage, if they are written.
_SHOWN = (
    *("loss", "optimizer", "scheduler", "averaging", "callbacks", "accumulate"),
    *("clip_grad_norm", "clip_grad_value"),
)
_TEST = Look("third", None, "diamond")


@dataclass(frozen=True)
class TrainingPart:
    """`charts` by the name of their picture file. `last_loss` is that of the last log point."""

    id: str
    facts: list[tuple[str, str]]
    charts: dict[str, Chart]
    seconds: float | None
    last_loss: float | None
    samples: list[Picture]


def training_parts(folder: RunFolder) -> list[TrainingPart]:
    return [
        _part(folder, stage)
        for stage in folder.stages
        if stage.has("history.json") or folder.points(stage.id, "loss")
    ]


def _part(folder: RunFolder, stage: StageFolder) -> TrainingPart:
    history = stage.mapping("history.json")
    losses = folder.points(stage.id, "loss")
    return TrainingPart(
        id=stage.id,
        facts=list(_facts(folder, stage, history)),
        charts=_charts(folder, stage, _epoch_ends(folder, stage.id, history), history),
        seconds=number_of(history, "seconds"),
        last_loss=losses[-1][1] if losses else None,
        samples=samples_of(stage),
    )


def _facts(
    folder: RunFolder, stage: StageFolder, history: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    keys = "epochs", "steps", "seconds", "images_per_second"
    epochs, steps, duration, speed = (number_of(history, key) for key in keys)
    if epochs is not None and steps is not None:
        text = _("{epochs} epochs, {steps} steps", epochs=number(epochs), steps=count(steps))
        yield _("length"), text
    if duration is not None:
        yield _("time"), seconds(duration)
    if speed is not None:
        yield _("speed"), _("{count} images a second", count=count(speed))
    if (share := number_of(history, "share_of_peak")) is not None:
        yield _("share of the GPU's peak"), percent(share)
    for key in _SHOWN:
        words = in_words(stage.settings.get(key, ""))
        if words not in ("", "null"):
            yield term(key), words
    if summed := history.get("loss"):
        yield _("values of the loss"), str(summed)
    rates = {rate for __, rate in folder.points(stage.id, "lr")}
    if len(rates) == 1 and "lr" not in in_words(stage.settings.get("optimizer", "")):
        yield _("learning rate"), number(rates.pop())
    for key in ("stopped", "weights"):
        if found := history.get(key):
            yield term(key), str(found)
    if losses := folder.points(stage.id, "loss"):
        step, loss = losses[-1]
        text = _("{value} at step {step}", value=number(loss), step=count(step))
        yield _("last training loss"), text
    best = mapping(history.get("best"))
    value, metric = number_of(best, "value"), str(best.get("metric", ""))
    if "epoch" in best and value is not None:
        text = percent(value) if "accuracy" in metric else number(value)
        text = _("{epoch}, {metric} {value}", epoch=best["epoch"], metric=metric, value=text)
        yield _("best epoch"), text


def _epoch_ends(folder: RunFolder, stage: str, history: dict[str, Any]) -> list[float]:
    """The steps at which epochs end; empty where that is not known."""
    rows = folder.log.get(stage, [])
    validated = {float(row["step"]) for row in rows if "val_loss" in row and "step" in row}
    if validated:
        return sorted(validated)
    epochs, steps = number_of(history, "epochs"), number_of(history, "steps")
    if epochs is None or steps is None or epochs < 2 or steps % epochs:
        return []
    return [steps / epochs * (epoch + 1) for epoch in range(int(epochs))]


def _best(stage: StageFolder, rows: list[dict[str, Any]], history: Row) -> Mark | None:
    """The best epoch's last step, and whether its weights are those that are kept."""
    epoch = mapping(history.get("best")).get("epoch")
    steps = [row["step"] for row in rows if row.get("epoch") == epoch and "val_loss" in row]
    if not steps:
        return None
    text = (
        _("best: epoch {epoch}, its weights kept", epoch=epoch)
        if _is_restored(stage)
        else _("best: epoch {epoch}", epoch=epoch)
    )
    return Mark(float(steps[-1]), text)


def _charts(
    folder: RunFolder, of: StageFolder, epochs: list[float], history: Row
) -> dict[str, Chart]:
    charts, stage = {}, of.id
    mark = _best(of, folder.log.get(stage, []), history)
    for key in ("loss", "accuracy"):
        series = _both(folder, stage, key)
        if not series:
            continue
        last = max(step for one in series for step, __ in one.points)
        at = mark.step if mark and _is_restored(of) else last
        tests = _tests(folder, stage, key)
        series += [Series(name, [(at, value)], _TEST) for name, value in tests.items()]
        charts[key] = curves(
            series,
            what=term(key) if len(series) > 1 else _of(series[0].name, key),
            epochs=epochs,
            mark=mark,
            group=stage,
            shares=key == "accuracy",
            logarithmic=key == "loss",
        )
    rates = _rates(folder, stage)
    if not all(is_constant(one.points) for one in rates):
        what = _("learning rate")
        charts["learning_rate"] = curves(
            rates, what=what, epochs=epochs, group=stage, logarithmic=True
        )
    return charts


def _of(curve: str, key: str) -> str:
    return _("{split} {measure}", split=curve, measure=term(key))


def _rates(folder: RunFolder, stage: str) -> list[Series]:
    """The learning rates: of each group where LearningRateLog has them, else of the first."""
    logged = [row for row in folder.log.get(stage, []) if row.get("learning_rates")]
    groups = len(logged[0]["learning_rates"]) if logged else 0
    if not logged:
        points = folder.points(stage, "lr")
        return [Series(_("learning rate"), points, stairs=True)] if points else []
    return [
        Series(
            _("learning rate") if groups == 1 else _("group {number}", number=group + 1),
            [(float(row["step"]), float(row["learning_rates"][group])) for row in logged],
            look_of(group),
            stairs=True,
        )
        for group in range(groups)
    ]


def _tests(folder: RunFolder, training: str, key: str) -> dict[str, float]:
    """What was measured on the test split of the network that this training gave."""
    found, trained = {}, None
    for stage in folder.stages:
        kind = stage.settings.get("type", stage.id)
        if folder.points(stage.id, "loss"):
            trained = stage.id
        elif kind == "build_model" or (kind == "load" and "file" in stage.settings):
            trained = None
        metrics = stage.mapping("metrics.json")
        value = number_of(metrics, key)
        giver = mapping(stage.settings.get("from")).get("model", trained)
        # A loss of its own is not the one of the curve.
        comparable = key != "loss" or "loss" not in stage.settings
        if (
            value is not None
            and metrics.get("split") == "test"
            and giver == training
            and comparable
        ):
            found[stage.id] = value
    return {term("test"): next(iter(found.values()))} if len(found) == 1 else found


def _is_restored(stage: StageFolder) -> bool:
    return stage.settings.get("restore_best") == "true"


def _both(folder: RunFolder, stage: str, key: str) -> list[Series]:
    """The curves of training and validation, if they were logged."""
    found, validated = folder.points(stage, key), folder.points(stage, f"val_{key}")
    look = Look("second", DASHES[1], "square")
    series = (
        Series(term("training"), found),
        Series(term("validation"), validated, look, marked=True),
    )
    return [one for one in series if one.points]
