"""The head of the page: how the run ended, and its results in big figures."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cifar_pipe.report.formatting import count, number, percent, seconds, short_count
from cifar_pipe.report.language import _, term
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
    """`word` is the status. `alarm` says that the run did not finish, `reason` why, if so, `help` what
    the terminal advised, and `command` is the run with that done, where it is a change of settings.
    """

    word: str
    alarm: str | None = None
    reason: str = ""
    help: tuple[str, ...] = ()
    command: str = ""


def _alarms() -> dict[str, str]:
    return {
        "failed": _("This run failed."),
        "interrupted": _("This run was interrupted."),
        "killed": _("This run was killed."),
    }


def ending(folder: RunFolder, status: str | None) -> Ending:
    """`status` overrides that of run.json: a run whose lock is free was killed, whatever it says.

    While the run goes on, the page is written by one of its own stages: that is not an alarm.
    """
    word = status or str(folder.run.get("status", "not known"))
    if word == "done" and has_diverged(folder):
        return Ending(
            "diverged", _("The training diverged."), _("Its loss ends far above where it began.")
        )
    if word not in (alarms := _alarms()):
        return Ending(word)
    reason = error = str(folder.run.get("error") or "")
    for stage, entry in mapping(folder.run.get("stages")).items():
        if mapping(entry).get("status") in ("failed", "interrupted", "running"):
            why = entry.get("reason") or error
            reason = (
                _("It ended in the stage {stage}: {why}", stage=stage, why=why)
                if why
                else _("It ended in the stage {stage}", stage=stage)
            )
            break
    stop = _(".") if reason and not reason.endswith((".", "!", "?")) else ""
    advice = folder.run.get("help")
    help_ = tuple(filter(None, map(str, advice))) if isinstance(advice, list) else ()
    cures = list(map(str, folder.run.get("cures") or ()))
    command = run_with(folder, cures) if cures else ""
    return Ending(word, alarms[word], f"{reason}{stop}", help_, command)


@dataclass(frozen=True)
class Warned:
    """What changes the meaning of the results: the stages that say it, their words, and what helps.

    `command` is the run with what helps, to be copied, where the help is a change of settings.
    """

    stages: str
    message: str
    help: str = ""
    command: str = ""


def warnings(folder: RunFolder) -> Iterator[Warned]:
    """What several stages say in the same words, or but for numbers of each, is there once."""
    found: dict[Warned, list[Warned]] = {}
    for one in rows(folder.run.get("warnings")):
        overrides, options = (
            list(map(str, one.get(key) or ())) for key in ("overrides", "options")
        )
        command = run_with(folder, overrides, options) if overrides or options else ""
        own = Warned(
            str(one.get("stage")), str(one.get("message")), str(one.get("help") or ""), command
        )
        shared = replace(own, stages="", message=str(one.get("of_several") or own.message))
        found.setdefault(shared, []).append(own)
    for shared, alike in found.items():
        stages = dict.fromkeys(one.stages for one in alike)
        yield replace(shared, stages=_(", ").join(stages)) if len(stages) > 1 else alike[0]


def run_with(folder: RunFolder, overrides: Sequence[str], options: Sequence[str] = ()) -> str:
    """The command that runs the pipeline as this run was, but for `overrides`, with `options`."""
    replaced = tuple(map(_path_of, overrides))
    kept = [
        one
        for one in map(str, folder.run.get("overrides") or ())
        if not any(f"{_path_of(one)}.".startswith(f"{path}.") for path in replaced)
    ]
    sets = [f"-S {shlex.quote(one)}" for one in (*kept, *overrides)]
    pipeline = shlex.quote(str(folder.run.get("pipeline", "FILE")))
    return " ".join(["cifar-pipe run", pipeline, *sets, *options])


def real_data_command(folder: RunFolder, data: Sequence[DataPart]) -> str:
    """The run on the data itself instead of a stand-in, where that is read from a folder."""
    replaced = [part.id for part in data if part.stand_in]
    return run_with(folder, [f"{one}.dataset.root=DIR" for one in replaced]) if replaced else ""


def _path_of(override: str) -> str:
    return override.partition("=")[0].strip().removeprefix("stages.")


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
        note = _("{count} multiply-adds per image", count=short_count(model.multiply_adds))
        if model.trainable != model.parameters:
            note = _("{count} of them trained; {more}", count=count(model.trainable), more=note)
        yield Figure(short_count(model.parameters), _("parameters"), note)


def _accuracy(part: EvaluationPart | None, stand_in: StandIn | None) -> Iterator[Figure]:
    if part is None or part.accuracy is None:
        return
    where = _("{split} accuracy", split=term(part.split))
    if stand_in:
        where = _("{measure} on {dataset}", measure=where, dataset=stand_in.used)
    notes = []
    if part.images:
        right = count(round(part.accuracy * part.images))
        notes.append(_("{right} of {all} right", right=right, all=count(part.images)))
    if part.classes:
        notes.append(_("guessing gives {share}", share=percent(1 / len(part.classes))))
    yield Figure(percent(part.accuracy), where, _("; ").join(notes))


def _loss(part: EvaluationPart | None, trainings: Sequence[TrainingPart]) -> Iterator[Figure]:
    last = trainings[-1].last_loss if trainings else None
    if part is not None and part.loss is not None:
        note = _("last in training {loss}", loss=number(last)) if last is not None else ""
        yield Figure(number(part.loss), _("{split} loss", split=term(part.split)), note)
    elif last is not None:
        yield Figure(number(last), _("training loss"), _("at the last log point"))


def _time(folder: RunFolder, trainings: Sequence[TrainingPart]) -> Iterator[Figure]:
    total = total_seconds(folder)
    known = [part.seconds for part in trainings if part.seconds is not None]
    if known:
        note = _("all stages {time}", time=seconds(total)) if total is not None else ""
        yield Figure(seconds(sum(known)), _("training time"), note)
    elif total is not None:
        yield Figure(seconds(total), _("time"), _("all stages"))
