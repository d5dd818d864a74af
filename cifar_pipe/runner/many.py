"""Runs one pipeline several times, over seeds or folds, and reports mean and spread."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean, stdev
from typing import Literal

from cifar_pipe.checks.check import typed
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.errors import UsageError
from cifar_pipe.files import write_json
from cifar_pipe.pipeline.assembly import PipelineText
from cifar_pipe.pipeline.pipeline import Pipeline
from cifar_pipe.pipeline.roles import Trains
from cifar_pipe.runner.prepare import Prepared, prepare
from cifar_pipe.runner.run import Outcome, RunOptions, run
from cifar_pipe.runner.rundir import read_state
from cifar_pipe.runner.status import computing_seconds
from cifar_pipe.stages.load_data.spec import LoadData


@dataclass(frozen=True, slots=True)
class Series:
    """What runs one after the other: the pipeline by the number of its seed, or of its fold."""

    over: Literal["seed", "fold"]
    members: Mapping[int, Prepared]


@dataclass(frozen=True, slots=True)
class Spread:
    """One measured number over the runs. `std` is the sample's (n - 1); None for one run."""

    name: str
    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        return fmean(self.values)

    @property
    def std(self) -> float | None:
        return stdev(self.values) if len(self.values) > 1 else None


def over_seeds(prepared: Prepared, seeds: Iterable[int]) -> Series:
    return Series("seed", {seed: prepared.with_seed(seed) for seed in seeds})


def over_folds(
    path: Path | PipelineText, overrides: Sequence[str], count: int, findings: Findings
) -> Series | None:
    """The pipeline with each fold held out; None with the findings, which are those of the first.

    A fold is a setting of the stages that load the data that is trained on: `-S
    'load_data.fold={number: 1, of: 5}'`. Raises UsageError for fewer than two folds, and as `prepare` does.
    """
    if count < 2:
        raise UsageError(f"folds are 2 or more, not {count}", help="5 and 10 are usual")
    members, stages = {}, _trained_on(typed(path, overrides, Findings()))
    for number in range(1, count + 1):
        held_out = [f"{one}.fold={{number: {number}, of: {count}}}" for one in stages]
        prepared = prepare(path, [*overrides, *held_out], findings if number == 1 else Findings())
        if prepared is None:
            return None
        members[number] = prepared
    if not stages:
        message = "folds divide the training images, and no stage of the pipeline trains"
        raise UsageError(message, help="run it without folds, or add a train")
    return Series("fold", members)


def _trained_on(pipeline: Pipeline | None) -> list[str]:
    """The ids of all stages that load the images that a training takes."""
    loading = {stage.id: stage.spec for stage in (pipeline.stages if pipeline else ())}
    datasets = [
        data.dataset
        for stage in (pipeline.stages if pipeline else ())
        if isinstance(stage.spec, Trains)
        and isinstance(data := loading.get(stage.inputs.get("data", "")), LoadData)
    ]
    return [
        name
        for name, spec in loading.items()
        if isinstance(spec, LoadData) and spec.dataset in datasets
    ]


@dataclass(frozen=True, slots=True)
class SeriesOutcome:
    """`runs` are the directories by the number of the seed or fold. `summary` is seeds.json or folds.json,
    which tells the runs and the mean and spread of each number.
    """

    runs: Mapping[int, Path]
    spreads: Sequence[Spread]
    summary: Path


def run_series(series: Series, options: RunOptions) -> SeriesOutcome:
    """One run per member, each in a directory of its own (`seed-N`, `fold-N` below `run_dir` if that
    is given).

    The summary is written as seeds.json or folds.json beside them.
    """
    outcomes: dict[int, Outcome] = {}
    for number, prepared in series.members.items():
        options.events.say(f"{series.over} {number}")
        own_dir = options.run_dir / f"{series.over}-{number}" if options.run_dir else None
        outcomes[number] = run(prepared, replace(options, run_dir=own_dir))
    numbers, name = list(outcomes), f"{series.over}s"
    first = outcomes[numbers[0]].run_dir
    beside = first.with_name(f"{first.name}-{name}-{numbers[0]}..{numbers[-1]}.json")
    spreads = [*_spreads(list(outcomes.values()))]
    content = {
        name: numbers,
        "runs": {str(number): str(outcome.run_dir) for number, outcome in outcomes.items()},
        "metrics": {
            one.name: {"mean": one.mean, "std": one.std, "values": list(one.values)}
            for one in spreads
        },
    }
    summary = options.run_dir / f"{name}.json" if options.run_dir else beside
    write_json(summary, content)
    runs = {number: outcome.run_dir for number, outcome in outcomes.items()}
    return SeriesOutcome(runs, spreads, summary)


def _spreads(outcomes: Sequence[Outcome]) -> Iterator[Spread]:
    """Of what all runs have; `seconds` are those of computing, whichever run has done it."""
    numbers = [dict(_numbers(outcome.metrics)) for outcome in outcomes]
    for name in numbers[0]:
        if all(name in one for one in numbers):
            yield Spread(name, tuple(one[name] for one in numbers))
    states = (read_state(outcome.run_dir) for outcome in outcomes)
    seconds = [computing_seconds(state.get("stages", {})) for state in states]
    known = tuple(one for one in seconds if one is not None)
    if len(known) == len(seconds):
        yield Spread("seconds", known)


def _numbers(metrics: Mapping[str, Mapping[str, object]]) -> Iterator[tuple[str, float]]:
    """Only single numbers: tables such as per_class_accuracy have reports of their own."""
    for stage, values in metrics.items():
        for name, value in values.items():
            if isinstance(value, float) and math.isfinite(value):
                yield f"{stage}.{name}", value
