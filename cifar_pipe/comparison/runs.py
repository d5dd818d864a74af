"""The runs that are compared: those that differ in their seed or fold alone belong together."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from cifar_pipe.comparison.settings import Setting, differing_settings, pipeline_of
from cifar_pipe.errors import UsageError
from cifar_pipe.inference.find_run import find_run
from cifar_pipe.pipeline.pipeline import Pipeline
from cifar_pipe.report.formatting import plural
from cifar_pipe.report.language import LANGUAGES, _
from cifar_pipe.report.run_folder import RunFolder, is_number, mapping
from cifar_pipe.runner.status import computing_seconds

# Files that tell the runs of a series, each beside or in its folder.
_SERIES = ("seeds.json", "folds.json")
# Counts of what was measured, not measures of it.
_NO_MEASURES = ("images", "views")


@dataclass(frozen=True)
class ComparedRun:
    """`pipeline` is None where this version cannot read what was run."""

    path: Path
    folder: RunFolder
    pipeline: Pipeline | None = field(repr=False)

    @classmethod
    def of(cls, path: Path) -> ComparedRun:
        return cls(path, RunFolder(path), pipeline_of(path))

    @property
    def name(self) -> str:
        return str(self.folder.run.get("name") or self.path.name)

    @property
    def status(self) -> str:
        return str(self.folder.run.get("status", "not known"))

    @property
    def replicate(self) -> tuple[Any, Any]:
        """Its seed, and the fold that it holds out."""
        fold = mapping(mapping(self.folder.run.get("data")).get("fold"))
        return self.folder.run.get("seed"), fold.get("number")

    @cached_property
    def numbers(self) -> dict[str, float]:
        """What was measured, single finite numbers alone: `evaluate.accuracy`."""
        return {
            f"{stage}.{name}": float(value)
            for stage, values in mapping(self.folder.run.get("metrics")).items()
            for name, value in mapping(values).items()
            if is_number(value) and not isinstance(value, bool) and name not in _NO_MEASURES
        }

    @cached_property
    def seconds(self) -> float | None:
        """What computing all of its results has taken, those that it took from other runs too; None
        where that is not known.
        """
        return computing_seconds(mapping(self.folder.run.get("stages")))

    def metrics_of(self, stage: str) -> dict[str, Any]:
        return mapping(mapping(self.folder.run.get("metrics")).get(stage))


@dataclass(frozen=True)
class Variant:
    """Runs with the same settings, apart from their seeds or folds; `label` is A, B and so on."""

    label: str
    runs: tuple[ComparedRun, ...]

    @property
    def first(self) -> ComparedRun:
        return self.runs[0]

    @property
    def folds(self) -> int | None:
        """Into how many folds the training images are divided, where its runs are folds."""
        fold = mapping(mapping(self.first.folder.run.get("data")).get("fold"))
        of = fold.get("of")
        return of if isinstance(of, int) and len(self.runs) > 1 else None

    def values(self, measure: str) -> list[float]:
        """Of the runs that have it."""
        return [one.numbers[measure] for one in self.runs if measure in one.numbers]

    def by_replicate(self, measure: str) -> dict[tuple[Any, Any], float]:
        found = (one for one in self.runs if measure in one.numbers)
        return {one.replicate: one.numbers[measure] for one in found}

    @property
    def replicates(self) -> str:
        """`seed 0`, `seeds 0, 1, 2`, `5 folds`."""
        if self.folds:
            folds = plural(len(self.runs), "fold")
            return _("{folds}, seed {seed}", folds=folds, seed=self.first.replicate[0])
        seeds = [str(one.replicate[0]) for one in self.runs]
        if len(seeds) == 1:
            return _("seed {seed}", seed=seeds[0])
        return _("seeds {seeds}", seeds=_(", ").join(seeds))


@dataclass(frozen=True)
class Comparison:
    """`settings` are those in which the variants differ, with a value for each; None where not all
    pipelines can be read. `metric` is what they are compared by.
    """

    variants: tuple[Variant, ...]
    settings: tuple[Setting, ...] | None
    metric: str

    @property
    def base(self) -> Variant:
        """The others are compared with it."""
        return self.variants[0]

    @property
    def states(self) -> list[dict[str, Any]]:
        """What run.json says of the first run of each variant."""
        return [variant.first.folder.run for variant in self.variants]

    @property
    def language(self) -> str:
        """Of its page, where none is asked for."""
        return language_of(run for variant in self.variants for run in variant.runs)

    @property
    def stage(self) -> str:
        """The evaluation that has measured `metric`."""
        return self.metric.rpartition(".")[0]

    @property
    def measures(self) -> list[str]:
        """All that was measured of some of the runs, what they are compared by first."""
        runs = [run for variant in self.variants for run in variant.runs]
        found = dict.fromkeys([self.metric, *(name for run in runs for name in run.numbers)])
        return list(found)


def language_of(runs: Iterable[ComparedRun]) -> str:
    """That of the runs' own pages; English where they differ."""
    found = {one.folder.language for one in runs}
    return found.pop() if len(found) == 1 else LANGUAGES[0]


def found_runs(names: Sequence[str]) -> list[Path]:
    """Each is a run directory, a name (then the newest run of it that is done), or the directory or
    the JSON file of a series of runs. None is taken twice. Raises UsageError.
    """
    return list(dict.fromkeys(path for name in names for path in _runs_of(name)))


def _runs_of(name: str) -> Iterator[Path]:
    path = Path(name)
    if not (path / "run.json").is_file():
        lists = (path, *(path / one for one in _SERIES))
        if found := next((one for one in lists if one.suffix == ".json" and one.is_file()), None):
            yield from _of_series(found)
            return
    yield find_run(name)


def _of_series(path: Path) -> list[Path]:
    with suppress(OSError, ValueError, AttributeError, TypeError):
        runs = [Path(one) for one in json.loads(path.read_text(encoding="utf-8"))["runs"].values()]
        # They are written as the command saw them; the whole folder may have moved since.
        beside = [path.parent / one.name for one in runs]
        found = [
            one if (one / "run.json").is_file() else other
            for one, other in zip(runs, beside, strict=True)
        ]
        if found and all((one / "run.json").is_file() for one in found):
            return found
    raise UsageError(f"{path} does not tell the runs of a series, or they are gone")


def compare(paths: Sequence[Path], metric: str | None = None) -> Comparison:
    """Raises UsageError where nothing was measured of all, or not `metric`."""
    variants = _variants([ComparedRun.of(path) for path in paths])
    pipelines = [one.first.pipeline for one in variants]
    known = [one for one in pipelines if one is not None]
    settings = None
    if len(known) == len(pipelines):
        kept = (one for one in differing_settings(known) if not _of_replicate(one))
        settings = tuple(kept)
    return Comparison(variants, settings, _metric(variants, metric))


def _variants(runs: Sequence[ComparedRun]) -> tuple[Variant, ...]:
    """In the order in which they were named."""
    groups: list[list[ComparedRun]] = []
    for run in runs:
        for group in groups:
            if _belongs(run, group):
                group.append(run)
                break
        else:
            groups.append([run])
    ordered = [sorted(group, key=_order) for group in groups]
    return tuple(Variant(_label(index), tuple(group)) for index, group in enumerate(ordered))


def _order(run: ComparedRun) -> tuple[float, ...]:
    return tuple(one if is_number(one) else math.inf for one in run.replicate)


def _belongs(run: ComparedRun, group: Sequence[ComparedRun]) -> bool:
    """The same run once more, with the same seed, is another variant."""
    first = group[0].pipeline
    if run.pipeline is None or first is None:
        return False
    if run.replicate in [one.replicate for one in group]:
        return False
    found = differing_settings([first, run.pipeline])
    return all(_of_replicate(one) or not one.changes_results for one in found)


def _of_replicate(setting: Setting) -> bool:
    return setting.path == ("seed",) or setting.path[-2:] == ("fold", "number")


def _label(index: int) -> str:
    """A to Z, then AA."""
    more, last = divmod(index, 26)
    return (_label(more - 1) if more else "") + chr(ord("A") + last)


def _metric(variants: Sequence[Variant], asked: str | None) -> str:
    """What all were measured by: the accuracy of the last evaluation, on the test split if there is
    one, or else its loss.
    """
    runs = [run for variant in variants for run in variant.runs]
    shared = [name for name in runs[0].numbers if all(name in run.numbers for run in runs)]
    if asked is not None:
        for name in (asked, *(one for one in reversed(shared) if one.endswith(f".{asked}"))):
            if name in shared:
                return name
        known = ", ".join(shared) or "nothing"
        raise UsageError(
            f"not all of these runs have measured {asked}", help=f"they all have: {known}"
        )
    for name in ("accuracy", "loss"):
        found = [one for one in shared if one.rpartition(".")[2] == name]
        on_test = [one for one in found if _split_of(runs[0], one) == "test"]
        if found:
            return (on_test or found)[-1]
    if shared:
        return shared[-1]
    missing = next((str(run.path) for run in runs if not run.numbers), None)
    what = f"{missing} has measured nothing" if missing else "these runs share no metric"
    raise UsageError(
        what, help="a stage `evaluate` of the same id in each measures the same of all"
    )


def _split_of(run: ComparedRun, metric: str) -> object:
    return run.metrics_of(metric.rpartition(".")[0]).get("split")
