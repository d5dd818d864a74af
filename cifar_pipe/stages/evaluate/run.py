"""evaluate: the tutorial's two lines of accuracy, and tables of the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.catalog.torch.build import resolve
from cifar_pipe.context import Context
from cifar_pipe.errors import RunError
from cifar_pipe.files import write_json, write_text
from cifar_pipe.report.count_table import to_csv
from cifar_pipe.stages.evaluate.spec import Evaluate
from cifar_pipe.training.evaluation.evaluate import Evaluation, EvaluationJob, evaluate
from cifar_pipe.training.evaluation.guessing import nothing_learned
from cifar_pipe.training.evaluation.metrics import interval

_ALWAYS = ("accuracy", "per_class_accuracy", "confusion_matrix")


def run(spec: Evaluate, inputs: Mapping[str, Any], context: Context) -> dict[str, Any]:
    history = inputs.get("history")
    loss = history.loss if spec.loss is None and history is not None else spec.loss
    job = EvaluationJob(inputs["model"], inputs["data"], spec.split, spec.batch_size, loss)
    result = evaluate(job, context)
    values = _values(spec, result)
    matrix = values.pop("confusion_matrix", None)
    for line in _lines(result, values):
        context.events.say(line)
    if result.counts is not None and (nothing := nothing_learned(result.counts)):
        context.warn(f"{nothing} ({result.split} split)")
    metrics = {"split": result.split, "images": result.images, **values}
    if result.counts is not None:
        metrics["accuracy_interval"] = list(interval(values["accuracy"], result.images))
    if result.loss is not None:
        metrics["loss"] = result.loss
    write_json(context.folder / "metrics.json", metrics)
    if matrix is not None and result.counts is not None:
        table = to_csv(result.counts.classes, matrix)
        write_text(context.folder / "confusion_matrix.csv", table)
    context.facts["metrics"] = metrics
    return {"metrics": metrics}


def _values(spec: Evaluate, result: Evaluation) -> dict[str, Any]:
    """The metrics by name, as metrics.json has them."""
    if result.counts is None:
        if spec.metrics:
            names = ", ".join(metric.name for metric in spec.metrics)
            message = f"{names}: these need classes, and the targets of this data are numbers"
            raise RunError(message, help="leave metrics out; the loss is measured")
        return {}
    wanted = [*(make("metric", name) for name in _ALWAYS), *(spec.metrics or ())]
    return {_key(one): resolve(one.entry)(result.counts, **one.given) for one in wanted}


def _key(metric: Component) -> str:
    match metric.given:
        case {"average": "none"}:
            return f"per_class_{metric.name}"
        case {"average": "micro" | "weighted" as average}:
            return f"{average}_{metric.name}"
    return f"top_{metric.get('k')}_accuracy" if metric.name == "top_k_accuracy" else metric.name


def _lines(result: Evaluation, values: Mapping[str, Any]) -> Iterator[str]:
    """Accuracy and per-class accuracy in the tutorial's words; it cuts the percent off."""
    if result.loss is not None and not values:
        yield f"Loss of the network on the {result.images} {result.split} images: {result.loss:.3f}"
    for name, value in values.items():
        match name:
            case "accuracy":
                assert result.counts is not None
                percent = 100 * int(result.counts.confusion.diagonal().sum()) // result.images
                images = f"the {result.images} {result.split} images"
                yield f"Accuracy of the network on {images}: {percent} %"
            case "per_class_accuracy":
                for class_, share in value.items():
                    words = (
                        f"{100 * share:.1f} %"
                        if share is not None
                        else "not known: it has no images"
                    )
                    yield f"Accuracy for class: {class_:5s} is {words}"
            case "cohen_kappa" | "matthews_corrcoef":
                yield f"{name}: {value:.3f}"
            case _ if isinstance(value, dict):
                for class_, share in value.items():
                    known = "not known" if share is None else f"{100 * share:.1f} %"
                    yield f"{name.removeprefix('per_class_')} for class: {class_:5s} is {known}"
            case _:
                yield f"{name}: {100 * value:.1f} %"
