"""Runs one pipeline over several seeds and reports mean and spread."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, stdev

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.errors import PipelineError
from cifar_pipe.events import Events
from cifar_pipe.files import write_json
from cifar_pipe.runner.prepare import Options, prepare
from cifar_pipe.runner.run import Outcome, run


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


def run_seeds(
    path: Path,
    overrides: Sequence[str],
    seeds: Sequence[int],
    *,
    run_dir: Path | None,
    events: Events,
    options: Options,
) -> list[Spread]:
    """One run a seed, each in a directory of its own (`seed-N` below `run_dir` if that is given).

    The summary is written as seeds.json beside them.
    """
    outcomes: dict[int, Outcome] = {}
    for seed in seeds:
        events.say(f"seed {seed}")
        findings = Findings()
        prepared = prepare(path, [*overrides, f"seed={seed}"], findings)
        if prepared is None:
            raise PipelineError(findings.sorted())
        own_dir = run_dir / f"seed-{seed}" if run_dir else None
        outcomes[seed] = run(prepared, run_dir=own_dir, events=events, options=options)
    spreads = list(_spreads(list(outcomes.values())))
    _write(outcomes, spreads, seeds, run_dir)
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


def _write(
    outcomes: Mapping[int, Outcome],
    spreads: Sequence[Spread],
    seeds: Sequence[int],
    run_dir: Path | None,
) -> None:
    first = next(iter(outcomes.values())).run_dir
    folder = run_dir or first.parent
    name = "seeds.json" if run_dir else f"{first.name}-seeds-{seeds[0]}..{seeds[-1]}.json"
    content = {
        "seeds": list(seeds),
        "runs": {str(seed): str(outcome.run_dir) for seed, outcome in outcomes.items()},
        "metrics": {
            one.name: {"mean": one.mean, "std": one.std, "values": list(one.values)}
            for one in spreads
        },
    }
    write_json(folder / name, content)


def summary_lines(spreads: Sequence[Spread]) -> list[str]:
    width = max(len(one.name) for one in spreads)
    count = len(spreads[0].values)
    lines = [f"{'':{width}}      mean       std       min       max  ({count} runs)"]
    for one in spreads:
        std = "         -" if one.std is None else f"{one.std:10.4f}"
        low, high = min(one.values), max(one.values)
        lines.append(f"{one.name:{width}}{one.mean:10.4f}{std}{low:10.4f}{high:10.4f}")
    return lines
