"""Runs one pipeline several times, over seeds or folds, and reports mean and spread."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean, stdev
from typing import Literal

from cifar_pipe.checks.check import typed
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.errors import UsageError
from cifar_pipe.files import write_json
from cifar_pipe.pipeline.pipeline import Pipeline
from cifar_pipe.pipeline.roles import Trains
from cifar_pipe.runner.prepare import Prepared, prepare
from cifar_pipe.runner.run import Outcome, RunOptions, run
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


def over_seeds(prepared: Prepared, seeds: range) -> Series:
    return Series("seed", {seed: prepared.with_seed(seed) for seed in seeds})


def over_folds(
    path: Path, overrides: Sequence[str], count: int, findings: Findings
) -> Series | None:
    """The pipeline with each fold held out; None with the findings, which are those of the first.

    A fold is a setting of the stages that load the data that is trained on: `-S
    'load_data.fold={number: 1, of: 5}'`. Raises UsageError for fewer than two folds, and as `prepare` does.
    """
    if count < 2:
        raise UsageError(f"--folds takes a number from 2 on, not {count}", help="--folds 5")
    members, stages = {}, _trained_on(typed(path, overrides, Findings()))
    for number in range(1, count + 1):
        held_out = [f"{one}.fold={{number: {number}, of: {count}}}" for one in stages]
        prepared = prepare(path, [*overrides, *held_out], findings if number == 1 else Findings())
        if prepared is None:
            return None
        members[number] = prepared
    if not stages:
        message = "--folds divides the training images, and no stage of the pipeline trains"
        raise UsageError(message, help="leave --folds out, or add a train")
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


def run_series(series: Series, options: RunOptions) -> list[Spread]:
    """One run per member, each in a directory of its own (`seed-N`, `fold-N` below `run_dir` if that
    is given).

    The summary is written as seeds.json or folds.json beside them.
    """
    outcomes: dict[int, Outcome] = {}
    for number, prepared in series.members.items():
        options.events.say(f"{series.over} {number}")
        own_dir = options.run_dir / f"{series.over}-{number}" if options.run_dir else None
        outcomes[number] = run(prepared, replace(options, run_dir=own_dir))
    spreads = list(_spreads(list(outcomes.values())))
    numbers, name = list(outcomes), f"{series.over}s"
    first = outcomes[numbers[0]].run_dir
    beside = first.with_name(f"{first.name}-{name}-{numbers[0]}..{numbers[-1]}.json")
    content = {
        name: numbers,
        "runs": {str(number): str(outcome.run_dir) for number, outcome in outcomes.items()},
        "metrics": {
            one.name: {"mean": one.mean, "std": one.std, "values": list(one.values)}
            for one in spreads
        },
    }
    write_json(options.run_dir / f"{name}.json" if options.run_dir else beside, content)
    return spreads


def _spreads(outcomes: Sequence[Outcome]) -> Iterator[Spread]:
    numbers = [dict(_numbers(outcome.metrics)) for outcome in outcomes]
    for name in numbers[0]:
        yield Spread(name, tuple(one[name] for one in numbers if name in one))
    yield Spread("seconds", tuple(outcome.seconds for outcome in outcomes))


def _numbers(metrics: Mapping[str, Mapping[str, object]]) -> Iterator[tuple[str, float]]:
    """Only single numbers: tables such as per_class_accuracy have reports of their own."""
    for stage, values in metrics.items():
        for name, value in values.items():
            if isinstance(value, float) and math.isfinite(value):
                yield f"{stage}.{name}", value


def summary_lines(spreads: Sequence[Spread]) -> list[str]:
    width = max(len(one.name) for one in spreads)
    count = len(spreads[0].values)
    lines = [f"{'':{width}}      mean       std       min       max  ({count} runs)"]
    for one in spreads:
        std = "         -" if one.std is None else f"{one.std:10.4f}"
        low, high = min(one.values), max(one.values)
        lines.append(f"{one.name:{width}}{one.mean:10.4f}{std}{low:10.4f}{high:10.4f}")
    return lines


def each_lines(series: Series, spreads: Sequence[Spread]) -> list[str]:
    """The numbers of each run, where all runs have them."""
    numbers = list(series.members)
    shown = [one for one in spreads if len(one.values) == len(numbers)]
    width = max(len(series.over), *(len(str(number)) for number in numbers))
    lines = [f"{series.over:{width}}" + "".join(f"  {one.name:>10}" for one in shown)]
    for index, number in enumerate(numbers):
        values = "".join(f"  {one.values[index]:{max(len(one.name), 10)}.4f}" for one in shown)
        lines.append(f"{number:<{width}}{values}")
    return lines
