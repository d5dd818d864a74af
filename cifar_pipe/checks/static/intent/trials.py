"""A stage that tries a setting out is like the training that the setting is for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cifar_pipe.checks.context import CheckContext
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.diagnostics.suggest import did_you_mean
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.pipeline.roles import Trains, Tries

CODES = ("unknown-stage", "unusual")
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    stages = context.pipeline.stages
    trainings = [one for one in stages if "history" in one.spec.GIVES]
    for stage in stages:
        if isinstance(stage.spec, Tries):
            context.report(stage, *_problems(stage.id, stage.spec, trainings))


def _problems(id_: str, spec: Tries, trainings: Sequence[Stage]) -> Iterator[Problem]:
    training = next((one for one in trainings if one.id == spec.for_stage), None)
    if training is None:
        # A file may try out what another trains with.
        if trainings:
            ids = [one.id for one in trainings]
            message = f"for_stage names no stage that trains: `{spec.for_stage}`"
            help_ = did_you_mean(spec.for_stage, ids) or f"for_stage: {' or '.join(ids)}"
            yield Problem(message, ("for_stage",), "unknown-stage", help_)
        return
    assert isinstance(training.spec, Trains)
    for key in ("optimizer", "loss"):
        tried, trained = getattr(spec, key).name, getattr(training.spec, key).name
        if tried != trained:
            message = f"{id_} tries {tried}, and {training.id} trains with {trained}"
            help_ = f"the same {key}: what suits one does not suit the other"
            related = ((training.locate(key), trained),)
            yield Problem(message, (key,), "unusual", help_, related=related)
