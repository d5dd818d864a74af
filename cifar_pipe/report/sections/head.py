"""The head of the page: how the run ended, and its results in big figures."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cifar_pipe.report.formatting import count, number, percent, seconds, short_count
from cifar_pipe.report.run_folder import RunFolder, mapping, rows
from cifar_pipe.report.sections.data import DataPart, StandIn
from cifar_pipe.report.sections.evaluation import EvaluationPart, verdict
from cifar_pipe.report.sections.model import ModelPart
from cifar_pipe.report.sections.run import total_seconds
from cifar_pipe.report.sections.training import TrainingPart
from cifar_pipe.report.sections.verdict import has_diverged


@dataclass(frozen=True)
class Figure:
    """One big number, what it is, and a word on it."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class Ending:
    """`word` is the status. `alarm` says that the run did not finish, `reason` why, if so, and `help`
    what the terminal advised.
    """

    word: str
    alarm: str | None = None
    reason: str = ""
    help: tuple[str, ...] = ()


ALARMS = {
    "failed": "This run failed.",
    "interrupted": "This run was interrupted.",
    "killed": "This run was killed.",
}


def ending(folder: RunFolder, status: str | None) -> Ending:
    """`status` overrides that of run.json: a run whose lock is free was killed, whatever it says.

    While the run goes on, the page is written by one of its own stages: that is not an alarm.
    """
    word = status or str(folder.run.get("status", "not known"))
    if word == "done" and has_diverged(folder):
        return Ending(
            "diverged", "The training diverged.", "Its loss ends far above where it began."
        )
    if word not in ALARMS:
        return Ending("this run" if word == "running" else word)
    reason = error = str(folder.run.get("error") or "")
    for stage, entry in mapping(folder.run.get("stages")).items():
        if mapping(entry).get("status") in ("failed", "interrupted", "running"):
            why = entry.get("reason") or error
            reason = f"It ended in the stage {stage}{': ' if why else ''}{why}"
            break
    stop = "." if reason and not reason.endswith((".", "!", "?")) else ""
    advice = folder.run.get("help")
    help_ = tuple(filter(None, map(str, advice))) if isinstance(advice, list) else ()
    return Ending(word, ALARMS[word], f"{reason}{stop}", help_)


@dataclass(frozen=True)
class Warned:
    """What changes the meaning of the results: the stage that says it, its words, and what helps.

    `command` is the run with what helps, to be copied, where the help is a change of settings.
    """

    stage: str
    message: str
    help: str = ""
    command: str = ""


def warnings(folder: RunFolder) -> Iterator[Warned]:
    pipeline = str(folder.run.get("pipeline", "FILE"))
    for one in rows(folder.run.get("warnings")):
        overrides = [str(text) for text in one.get("overrides") or ()]
        sets = " ".join(f"-S {shlex.quote(text)}" for text in overrides)
        command = f"cifar-pipe run {shlex.quote(pipeline)} {sets}" if overrides else ""
        stage, message = str(one.get("stage")), str(one.get("message"))
        yield Warned(stage, message, str(one.get("help") or ""), command)


def figures(
    folder: RunFolder,
    data: Sequence[DataPart],
    models: Sequence[ModelPart],
    trainings: Sequence[TrainingPart],
    evaluations: Sequence[EvaluationPart],
) -> Iterator[Figure]:
    result = verdict(evaluations)
    yield from _accuracy(result, next((part.stand_in for part in data if part.stand_in), None))
    yield from _loss(result, trainings)
    yield from _time(folder, trainings)
    if models and (model := models[-1]).layers:
        note = f"{short_count(model.multiply_adds)} multiply-adds per image"
        if model.trainable != model.parameters:
            note = f"{count(model.trainable)} of them trained; {note}"
        yield Figure(short_count(model.parameters), "parameters", note)


def _accuracy(part: EvaluationPart | None, stand_in: StandIn | None) -> Iterator[Figure]:
    if part is None or part.accuracy is None:
        return
    where = f"{part.split} accuracy" + (f" on {stand_in.used}" if stand_in else "")
    notes = []
    if part.images:
        notes.append(f"{count(round(part.accuracy * part.images))} of {count(part.images)} right")
    if part.classes:
        notes.append(f"guessing gives {percent(1 / len(part.classes))}")
    yield Figure(percent(part.accuracy), where, "; ".join(notes))


def _loss(part: EvaluationPart | None, trainings: Sequence[TrainingPart]) -> Iterator[Figure]:
    last = trainings[-1].last_loss if trainings else None
    if part is not None and part.loss is not None:
        note = f"last in training {number(last)}" if last is not None else ""
        yield Figure(number(part.loss), f"{part.split} loss", note)
    elif last is not None:
        yield Figure(number(last), "training loss", "at the last log point")


def _time(folder: RunFolder, trainings: Sequence[TrainingPart]) -> Iterator[Figure]:
    total = total_seconds(folder)
    known = [part.seconds for part in trainings if part.seconds is not None]
    if known:
        note = f"all stages {seconds(total)}" if total is not None else ""
        yield Figure(seconds(sum(known)), "training time", note)
    elif total is not None:
        yield Figure(seconds(total), "time", "all stages")
