"""Which of the settings in which two runs differ makes the difference: by running what is between them.

All variants run with the same seeds, on the store: stages that they share run once, and whoever was
stopped goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from cifar_pipe.comparison.runs import ComparedRun, language_of
from cifar_pipe.comparison.statistics import Estimate, mean_of
from cifar_pipe.comparison.why.crossing import Crossing, Factor
from cifar_pipe.comparison.why.shares import Variant
from cifar_pipe.errors import RunError
from cifar_pipe.events import Events, Progress
from cifar_pipe.report.run_folder import is_number, mapping
from cifar_pipe.runner.planning.plan import plan
from cifar_pipe.runner.prepare import Prepared, run_key
from cifar_pipe.runner.run import RunOptions, judge_of, run
from cifar_pipe.stages.run_file import RUNS


@dataclass(frozen=True)
class Planned:
    """One run: a variant with a seed."""

    variant: Variant
    seed: int
    prepared: Prepared
    run_dir: Path


@dataclass(frozen=True)
class Question:
    """What is to be run. `metric` is the stage's id and the name of what it measures, with a point."""

    before: ComparedRun
    after: ComparedRun
    metric: str
    crossing: Crossing
    seeds: tuple[int, ...]

    @property
    def language(self) -> str:
        """Of the page of its answer, where none is asked for."""
        return language_of((self.before, self.after))

    @property
    def folder(self) -> Path:
        """Where its runs are: the same for the same question."""
        variants = self.crossing.variants.values()
        ends = [next(iter(variants)), next(reversed(variants))]
        key = run_key({"ends": [one.resolved for one in ends], "metric": self.metric})
        return RUNS / ends[0].pipeline.name / key[:8]

    def runs(self) -> Iterator[Planned]:
        """Seed by seed: what the first seeds say is known first."""
        for seed in self.seeds:
            for variant, prepared in self.crossing.variants.items():
                name = f"{self.crossing.label(variant)}-seed-{seed}"
                yield Planned(variant, seed, prepared.with_seed(seed), self.folder / name)


@dataclass(frozen=True)
class Share:
    """`share` of the difference is that of the factor; `alone` is what it does alone, `last` what it
    does where all others are changed already.
    """

    factor: Factor
    share: Estimate
    alone: Estimate
    last: Estimate


@dataclass(frozen=True)
class Answer:
    """`values` are what was measured, by seed. `left_over` is what no share explains, None where all
    variants were run.
    """

    question: Question
    values: Mapping[Variant, Mapping[int, float]]
    total: Estimate
    shares: tuple[Share, ...]
    left_over: Estimate | None

    @property
    def largest(self) -> Share:
        return max(self.shares, key=lambda one: abs(one.share.value))


@dataclass(frozen=True, slots=True)
class Effort:
    """Of `runs` all are looked at, and `anew` have something to compute. `seconds` are a guess by what
    the stages took in the two runs; None where that was not recorded.
    """

    runs: int
    anew: int
    seconds: float | None


def effort(question: Question, options: RunOptions) -> Effort:
    """Stages that are computed and kept by one of the runs count once."""
    took = _stage_seconds(question)
    count = anew = 0
    total: float | None = 0.0
    known: set[str] = set()
    for one in question.runs():
        verdicts = plan(judge_of(one.prepared.pipeline, options))
        computed = {id_ for id_, verdict in verdicts.items() if verdict.action in ("run", "resume")}
        computed -= {id_ for id_ in computed if verdicts[id_].key in known}
        known |= {verdict.key for verdict in verdicts.values() if verdict.key is not None}
        count += 1
        anew += bool(computed)
        for stage in computed:
            total = None if total is None or stage not in took else total + took[stage]
    return Effort(count, anew, total)


def _stage_seconds(question: Question) -> dict[str, float]:
    """The mean of what each stage took in the two runs."""
    found: dict[str, list[float]] = {}
    for one in (question.before, question.after):
        for id_, stage in mapping(one.folder.run.get("stages")).items():
            entry = mapping(stage)
            seconds = entry.get("computed_in", entry.get("seconds"))
            if is_number(seconds):
                found.setdefault(id_, []).append(float(seconds))
    return {id_: fmean(values) for id_, values in found.items()}


def ask(question: Question, options: RunOptions) -> Answer:
    """Runs all that is not kept. Raises Interrupted after a signal, and RunError where a variant fails:
    without it the shares are not known.
    """
    planned = list(question.runs())
    events = options.events
    bar = events.progress("why", len(planned))
    values: dict[Variant, dict[int, float]] = {one: {} for one in question.crossing.variants}
    try:
        for number, one in enumerate(planned, 1):
            label = f"{question.crossing.label(one.variant)}, seed {one.seed}"
            quiet = replace(options, events=_Quiet(events, label), run_dir=one.run_dir)
            try:
                metrics = run(one.prepared, quiet).metrics
            except RunError as error:
                message = f"the variant {label} failed: {error.message}"
                help_ = ("without it no shares can be told", *error.help)
                raise RunError(message, help=help_) from error
            value = _value(metrics, question.metric)
            values[one.variant][one.seed] = value
            events.note(f"{number} of {len(planned)}: {label}: {question.metric} {value:.4g}")
            bar.advance()
    finally:
        bar.close()
    return answer(question, values)


def answer(question: Question, values: Mapping[Variant, Mapping[int, float]]) -> Answer:
    """From what each variant measured with each seed: the means over the seeds of what each says."""
    design, factors = question.crossing.design, question.crossing.factors
    by_seed = [{one: values[one][seed] for one in design.variants} for seed in question.seeds]
    every = frozenset(range(design.count))
    shares = [design.shares(one) for one in by_seed]
    return Answer(
        question,
        values,
        mean_of([one[every] - one[frozenset()] for one in by_seed]),
        tuple(
            Share(
                factor,
                mean_of([one[at] for one in shares]),
                mean_of([design.first(one, at) for one in by_seed]),
                mean_of([design.last(one, at) for one in by_seed]),
            )
            for at, factor in enumerate(factors)
        ),
        None if design.is_full else mean_of([design.left_over(one) for one in by_seed]),
    )


def _value(metrics: Mapping[str, Mapping[str, Any]], metric: str) -> float:
    stage, _, name = metric.rpartition(".")
    value = metrics.get(stage, {}).get(name)
    if not is_number(value):
        raise RunError(f"{metric} is not a number in one of the variants")
    return float(value)


def seeds_of(before: ComparedRun, count: int) -> tuple[int, ...]:
    """`count` of them from that of the first run on: its own result is kept already."""
    first = before.replicate[0]
    start = first if isinstance(first, int) else 0
    return tuple(range(start, start + count))


class _Quiet:
    """Of the variants' runs only warnings and bars are passed on, with what they are of."""

    def __init__(self, events: Events, label: str) -> None:
        self._events = events
        self._label = label

    def say(self, text: str) -> None:
        pass

    def note(self, text: str) -> None:
        pass

    def warn(self, text: str) -> None:
        self._events.warn(f"{self._label}: {text}")

    def progress(self, label: str, total: int | None) -> Progress:
        return self._events.progress(f"{self._label}: {label}", total)
