"""Runs one pipeline over several seeds and reports mean and spread."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, stdev

from cifar_pipe.files import write_json
from cifar_pipe.runner.prepare import Prepared
from cifar_pipe.runner.run import Outcome, RunOptions, run


@dataclass(frozen=True, slots=True)
class Spread:
    """One measured number over the seeds. `std` is the sample's (n - 1); None for one run."""

    name: str
    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        return fmean(self.values)

    @property
    def std(self) -> float | None:
        return stdev(self.values) if len(self.values) > 1 else None


def run_seeds(prepared: Prepared, seeds: range, options: RunOptions) -> list[Spread]:
    """One run per seed, each in a directory of its own (`seed-N` below `run_dir` if that is given).

    The summary is written as seeds.json beside them.
    """
    outcomes: dict[int, Outcome] = {}
    for seed in seeds:
        options.events.say(f"seed {seed}")
        own_dir = options.run_dir / f"seed-{seed}" if options.run_dir else None
        outcomes[seed] = run(prepared.with_seed(seed), replace(options, run_dir=own_dir))
    spreads = list(_spreads(list(outcomes.values())))
    first = outcomes[seeds[0]].run_dir
    beside = first.with_name(f"{first.name}-seeds-{seeds[0]}..{seeds[-1]}.json")
    content = {
        "seeds": list(seeds),
        "runs": {str(seed): str(outcome.run_dir) for seed, outcome in outcomes.items()},
        "metrics": {
            one.name: {"mean": one.mean, "std": one.std, "values": list(one.values)}
            for one in spreads
        },
    }
    write_json(options.run_dir / "seeds.json" if options.run_dir else beside, content)
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
