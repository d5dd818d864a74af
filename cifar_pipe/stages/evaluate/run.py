"""evaluate: what it measures, as lines and as tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeGuard

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.catalog.core.facts import loss_facts, metric_facts
from cifar_pipe.catalog.core.packages import package_of
from cifar_pipe.catalog.tables.metrics import takes_probabilities
from cifar_pipe.catalog.torch.build import resolve
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data
from cifar_pipe.errors import RunError
from cifar_pipe.files import write_json, write_text
from cifar_pipe.report import kept_images
from cifar_pipe.report.looks.heat_maps import write_heat_maps
from cifar_pipe.report.measured import Measured, lines
from cifar_pipe.report.run_folder import StageFolder
from cifar_pipe.report.tables import answer_table
from cifar_pipe.report.tables.answer_table import Answer
from cifar_pipe.report.tables.count_table import to_csv
from cifar_pipe.stages.evaluate.spec import Evaluate
from cifar_pipe.training.evaluation.answers import Answers
from cifar_pipe.training.evaluation.engine_choice import CHOICE, engine_after
from cifar_pipe.training.evaluation.evaluate import Evaluation, EvaluationJob, evaluate
from cifar_pipe.training.evaluation.guessing import (
    FewImages,
    better_rate,
    nothing_learned,
    too_few_images,
)
from cifar_pipe.training.evaluation.intervals import interval
from cifar_pipe.training.evaluation.metrics import Counts
from cifar_pipe.training.evaluation.undefined import remarks

_ALWAYS = ("accuracy", "per_class_accuracy", "confusion_matrix")


def run(spec: Evaluate, inputs: Mapping[str, Any], context: Context) -> dict[str, Any]:
    model, data, history = inputs["model"], inputs["data"], inputs.get("history")
    recorded = history.choices.get(CHOICE) if history is not None else None
    job = EvaluationJob(
        model,
        data,
        spec.split,
        spec.batch_size,
        _loss(spec, inputs, context),
        views=spec.views or (),
        probabilities=takes_probabilities(spec.metrics or ()),
        answers=True,
        engine=engine_after(recorded, model, data.count(spec.split), context),
    )
    result = evaluate(job, context)
    if result.engine != "eager" or recorded is not None:
        context.facts["evaluation_engine"] = result.engine
    if len(job.views) > 1:
        context.events.say(f"the mean of {len(job.views)} views of each image:")
    measured = {one.key: one for one in _measured(spec, result)}
    matrix = measured.pop("confusion_matrix", None)
    for line in lines(result, [*measured.values()], tutorial=spec.wording == "tutorial"):
        context.events.say(line)
    if result.counts is not None and (nothing := nothing_learned(result.counts)):
        help_, overrides = better_rate(history.rows) if history is not None else (None, ())
        context.warn(f"{nothing} ({result.split} split)", help=help_, overrides=overrides)
    elif result.counts is not None and (few := too_few_images(result.counts)):
        _note_few_images(few, result.split, inputs, context)
    for remark in _remarks(result, measured.values()):
        context.warn(f"{remark} ({result.split} split)")
    metrics: dict[str, Any] = {"split": result.split, "images": result.images}
    if spec.views:
        metrics["views"] = len(spec.views)
    for key, one in measured.items():
        metrics[key] = one.value
        if one.interval is not None:
            metrics[f"{key}_interval"] = one.interval
    if result.loss is not None:
        metrics["loss"] = result.loss
    write_json(context.folder / "metrics.json", metrics)
    if matrix is not None and result.counts is not None:
        table = to_csv(result.counts.classes, matrix.value)
        write_text(context.folder / "confusion_matrix.csv", table)
    if result.answers is not None:
        rows = _write_answers(result.answers, inputs["data"], spec.split, context)
        if spec.grad_cam:
            write_heat_maps(rows, inputs["data"], spec.split, inputs["model"], context)
    context.facts["metrics"] = metrics
    return {"metrics": metrics}


def _note_few_images(
    few: FewImages, split: str, inputs: Mapping[str, Any], context: Context
) -> None:
    """With what helps where this network was trained, and not for a fold already."""
    words, of_several = (f"{one} ({split} split)" for one in few)
    if "history" not in inputs or "fold" in inputs["data"].info:
        context.keep_warning(words, of_several=of_several)
        return
    help_ = "measure on all training images, a fifth of them held out in turn"
    context.keep_warning(words, help=help_, options=["--folds 5"], of_several=of_several)


def _write_answers(answers: Answers, data: Data, split: str, context: Context) -> list[Answer]:
    rows = answer_table.rows_of(answers, data.classes, data.splits[split].files)
    write_text(context.folder / answer_table.NAME, answer_table.to_csv(rows))
    folder = StageFolder(context.stage, context.folder, {})
    kept_images.keep(rows, data, split, folder, context.seed)
    return rows


def _loss(spec: Evaluate, inputs: Mapping[str, Any], context: Context) -> Component | None:
    """The stage's own, or else that of the training, if it can be measured of averaged views."""
    history = inputs.get("history")
    if spec.loss is not None or history is None:
        return spec.loss
    loss: Component | None = history.loss
    if spec.views and loss is not None and not loss_facts(loss).of_distribution:
        context.events.say(f"the loss is not measured: {loss.name} has no value for averaged views")
        return None
    return loss


def _measured(spec: Evaluate, result: Evaluation) -> Iterator[Measured]:
    counts = result.counts
    if counts is None:
        if spec.metrics:
            names = ", ".join(metric.name for metric in spec.metrics)
            message = f"{names}: these need classes, and the targets of this data are numbers"
            raise RunError(message, help="leave metrics out; the loss is measured")
        return
    for metric in (*(make("metric", name) for name in _ALWAYS), *(spec.metrics or ())):
        facts = metric_facts(metric)
        given = result.probabilities if facts.takes == "probabilities" else counts
        value = resolve(metric.entry)(given, **metric.given)
        if package := package_of(metric):
            _check_value(metric, value, package)
        yield Measured(metric, value, _interval(value, counts) if facts.counted else None)


def _check_value(metric: Component, value: Any, package: str) -> None:
    """Raises RunError where another package's metric gives what no page can show."""
    values = value.values() if isinstance(value, dict) else [value]
    if not all(one is None or (_is_number(one) and math.isfinite(one)) for one in values):
        message = f"{metric.name} of the package {package} gives {value!r:.80}"
        help_ = "a metric gives a number or None, or a mapping of them by class"
        raise RunError(message, help=help_)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _interval(share: Any, counts: Counts) -> Any:
    """Of a share of all images, or of each class's."""
    if not isinstance(share, dict):
        return list(interval(share, counts.images))
    images = counts.confusion.sum(1).tolist()
    return {
        name: None if of_class is None else list(interval(of_class, number))
        for (name, of_class), number in zip(share.items(), images, strict=True)
    }


def _remarks(result: Evaluation, measured: Iterable[Measured]) -> Iterator[str]:
    """What is not defined for these labels."""
    if result.counts is not None:
        for one in measured:
            yield from remarks(one.metric, one.value, result.counts)
