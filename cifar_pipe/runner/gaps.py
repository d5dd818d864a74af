"""Networks that are right on the images they were trained on, and wrong on others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.pipeline.roles import TakesSplit, Trains

# Between the accuracies, as a share: good networks that know their images by heart are within it.
_GAP = 0.1
# What is usual for SGD; of a decay that there is ten times as much, and no more than the last.
_DECAY, _MOST_DECAY = 0.0005, 0.1


@dataclass(frozen=True, slots=True)
class Gap:
    """Said by the stage that measures other images; `overrides` do what `help` says."""

    stage: str
    message: str
    help: str
    overrides: tuple[str, ...]


def gaps(pipeline: Pipeline, metrics: Mapping[str, Mapping[str, Any]]) -> Iterator[Gap]:
    """Where one network was measured on the training split and on another, and its accuracies differ
    by more than ten points, beyond what their 95 % intervals leave to chance.
    """
    measured = [
        (stage, metrics[stage.id])
        for stage in pipeline.stages
        if isinstance(stage.spec, TakesSplit) and "accuracy_interval" in metrics.get(stage.id, {})
    ]
    for stage, values in measured:
        for other, on_train in measured:
            same = other.inputs["model"] == stage.inputs["model"]
            if (
                same
                and on_train["split"] == "train" != values["split"]
                and _differ(on_train, values)
            ):
                shares = (100 * one["accuracy"] for one in (on_train, values))
                message = (
                    "the network overfits: it is right on {:.1f} % of its training images, and on "
                    "{:.1f} % of the {} images"
                ).format(*shares, values["split"])
                decay = tuple(_more_decay(pipeline.find(stage.inputs["model"])))
                help_ = "augment the training images, or let the weights decay"
                yield Gap(stage.id, message, help_, decay)


def _differ(on_train: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    apart = on_train["accuracy_interval"][0] > values["accuracy_interval"][1]
    return bool(apart) and bool(on_train["accuracy"] - values["accuracy"] > _GAP)


def _more_decay(training: Stage | None) -> Iterator[str]:
    if training is None or not isinstance(training.spec, Trains):
        return
    optimizer = training.spec.optimizer
    if "weight_decay" in optimizer.entry.args:
        decay = optimizer.get("weight_decay") or 0
        more = max(_DECAY, 10 * decay)
        if more <= _MOST_DECAY:
            yield f"{training.id}.optimizer.weight_decay={more:g}"
