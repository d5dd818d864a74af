"""Pipelines between two: some settings of the one, the others of the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from cifar_pipe.comparison.runs import ComparedRun
from cifar_pipe.comparison.settings import Path_, Setting, differing_settings
from cifar_pipe.comparison.why.shares import Design, Variant, design_of, grouped
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.errors import RunError, UsageError
from cifar_pipe.pipeline.assembly import PipelineText
from cifar_pipe.pipeline.document import COMPOSITION_KEYS
from cifar_pipe.pipeline.pipeline import Pipeline
from cifar_pipe.report.language import _
from cifar_pipe.runner.prepare import Prepared, prepare
from cifar_pipe.runner.upkeep.listing import OF_WHY
from cifar_pipe.syntax.nodes import to_plain
from cifar_pipe.syntax.writer import to_yaml

Tree = dict[str, Any]


@dataclass(frozen=True)
class Factor:
    """Settings that are changed together."""

    settings: tuple[Setting, ...]

    @property
    def name(self) -> str:
        return _(" with ").join(one.name for one in self.settings)


@dataclass(frozen=True)
class Crossing:
    """All variants of `design`, ready to run with any seed; `left_out` are settings that differ, and on
    which the metric does not depend.
    """

    factors: tuple[Factor, ...]
    design: Design
    variants: dict[Variant, Prepared]
    left_out: tuple[Setting, ...]

    def label(self, variant: Variant) -> str:
        """A, B, or A with the numbers of what it has of B: `A+1+3`."""
        if len(variant) == len(self.factors):
            return "B"
        return "+".join(["A", *(str(at + 1) for at in sorted(variant))])


def crossing(
    before: ComparedRun, after: ComparedRun, stage: str, *, full: bool, by_stage: bool
) -> Crossing:
    """Of the settings that `stage`, which measures, depends on; with `by_stage` those of each stage are
    one. Settings of which a mixture is refused by the checks are changed together.

    Raises UsageError where there is nothing to cross.
    """
    pipelines = [_readable(before), _readable(after)]
    needed = {one for pipeline in pipelines for one in _needed(pipeline, stage)}
    # A name of their own: they are none of the runs that people look up by name.
    name = f"{pipelines[0].name[:90]}{OF_WHY}"
    trees = [_tree(pipeline, name, needed) for pipeline in pipelines]
    found = [one for one in differing_settings(pipelines) if one.path != ("seed",)]
    own = [one for one in found if one.changes_results and (one.stage or stage) in needed]
    if not own:
        others = f"; these differ: {', '.join(one.name for one in found)}" if found else ""
        message = f"no setting that {stage} depends on differs between the two{others}"
        raise UsageError(message, help="runs of other seeds are compared with cifar-pipe compare")
    _check_order(pipelines, needed)
    factors = [Factor((one,)) for one in own]
    if by_stage:
        by: dict[str | None, list[Setting]] = {}
        for one in own:
            by.setdefault(one.stage, []).append(one)
        factors = [Factor(tuple(of_stage)) for of_stage in by.values()]
    left_out = tuple(one for one in found if one not in own)
    while True:
        design = design_of(len(factors), full=full)
        variants, invalid = _prepared(trees, factors, design)
        groups = [tuple(range(len(one.settings))) for one in factors]
        pair = grouped(groups, invalid)
        if not invalid:
            return Crossing(tuple(factors), design, variants, left_out)
        if pair is None:
            raise UsageError(f"{next(iter(invalid.values()))}: this version refuses the pipeline")
        first, second = pair
        together = Factor((*factors[first].settings, *factors[second].settings))
        factors[first : first + 1] = [together]
        del factors[second]


def _prepared(
    trees: Sequence[Tree], factors: Sequence[Factor], design: Design
) -> tuple[dict[Variant, Prepared], dict[Variant, str]]:
    """The variants that may run, and why the others may not."""
    variants: dict[Variant, Prepared] = {}
    invalid: dict[Variant, str] = {}
    for variant in design.variants:
        taken = [one for at in sorted(variant) for one in factors[at].settings]
        findings = Findings()
        text = to_yaml(mixed(trees[0], trees[1], [one.path for one in taken]))
        try:
            prepared = prepare(PipelineText(text), (), findings)
        except RunError as error:
            # Of the runs themselves: their data or weights are gone.
            if len(variant) in (0, len(factors)):
                raise
            invalid[variant] = error.message
            continue
        if prepared is None:
            invalid[variant] = findings.sorted()[0].message if findings else "it is not known"
        else:
            variants[variant] = prepared
    return variants, invalid


def mixed(before: Tree, after: Tree, paths: Iterable[Path_]) -> Tree:
    """`before`, with what `after` has at the paths."""
    tree = deepcopy(before)
    for path in paths:
        if path[0] == "stages" and len(path) == 2:
            tree["stages"] = _with_stage(tree["stages"], after["stages"], str(path[1]))
        else:
            _copy(tree, after, path)
    return tree


def _copy(target: Any, source: Any, path: Path_) -> None:
    key, *below = path
    if not below:
        if _has(source, key):
            target[key] = deepcopy(source[key])
        elif _has(target, key):
            del target[key]
        return
    if not _has(target, key):
        target[key] = {}
    # A component by its name alone gets room for arguments.
    target[key] = _opened(target[key])
    _copy(target[key], _opened(source[key]) if _has(source, key) else {}, tuple(below))


def _opened(value: Any) -> Any:
    return {"type": value} if isinstance(value, str) else {} if value is None else value


def _has(tree: Any, key: str | int) -> bool:
    return key in tree if isinstance(tree, dict) else isinstance(key, int) and key < len(tree)


def _with_stage(stages: Tree, source: Tree, stage: str) -> Tree:
    """With the stage of `source`, after what comes before it there; without it where it has none."""
    rest = {name: one for name, one in stages.items() if name != stage}
    if stage not in source:
        return rest
    order = list(source)
    above = {name for name in order[: order.index(stage)] if name in rest}
    place = max((at for at, name in enumerate(rest, 1) if name in above), default=0)
    items = list(rest.items())
    return dict([*items[:place], (stage, deepcopy(source[stage])), *items[place:]])


def _readable(run: ComparedRun) -> Pipeline:
    if run.pipeline is None:
        raise UsageError(
            f"{run.path / 'resolved.yaml'} is not a pipeline that this version can read"
        )
    return run.pipeline


def _needed(pipeline: Pipeline, stage: str) -> set[str]:
    """The ids of the stage and of all that it takes something from."""
    found, waiting = set(), [stage]
    while waiting:
        one = pipeline.stage(waiting.pop())
        found.add(one.id)
        waiting += one.inputs.values()
    return found


def _tree(pipeline: Pipeline, name: str, needed: set[str]) -> Tree:
    """As it is written, with the needed stages alone."""
    plain = {k: v for k, v in to_plain(pipeline.root).items() if k not in COMPOSITION_KEYS}
    stages = {name: one for name, one in plain["stages"].items() if name in needed}
    return {**plain, "name": name, "stages": stages}


def _check_order(pipelines: Sequence[Pipeline], needed: set[str]) -> None:
    orders = [[one.id for one in pipeline.stages if one.id in needed] for pipeline in pipelines]
    shared = [[name for name in one if name in other] for one, other in (orders, orders[::-1])]
    if shared[0] != shared[1]:
        message = "the stages of the two run in another order, which cannot be crossed"
        raise UsageError(message, help=f"{', '.join(shared[0])} and {', '.join(shared[1])}")
