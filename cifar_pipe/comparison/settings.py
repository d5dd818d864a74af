"""The settings in which pipelines differ: those that change results, and those that do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.data_facts import dataset_facts
from cifar_pipe.checks.check import typed
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.pipeline.document import Runtime
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.runner.store.keys import RUNTIME, default_of, plain
from cifar_pipe.stages.load_data.spec import LoadData

Path_ = tuple[str | int, ...]


_STAND_IN = "stand_in"


class _Absent:
    """There is no such setting, nor a default of it."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting with its value in each pipeline, as JSON has it, the default where it is not written.

    `path` leads to it from the top of the file; `name` is how an override names it,
    `build_model.layers.conv1.out_channels`. `changes_results` is false where it only says where files
    go, how much is printed, or on what is computed.
    """

    path: Path_
    name: str
    values: tuple[Any, ...]
    changes_results: bool = True

    @property
    def stage(self) -> str | None:
        """The id of the stage whose setting it is."""
        return str(self.path[1]) if self.path[0] == "stages" else None


def difference_of_settings(before: Path, after: Path) -> list[Setting] | None:
    """Between the pipelines of two run directories; None where one of them cannot be read by this
    version.
    """
    pipelines = [pipeline_of(one) for one in (before, after)]
    known = [one for one in pipelines if one is not None]
    return differing_settings(known) if len(known) == 2 else None


def pipeline_of(run: Path) -> Pipeline | None:
    """What the run directory says was run; None where this version cannot read it."""
    path, findings = run / "resolved.yaml", Findings()
    if not path.is_file():
        return None
    pipeline = typed(path, [], findings)
    return pipeline if pipeline is not None and not findings.errors else None


def differing_settings(pipelines: Sequence[Pipeline]) -> list[Setting]:
    """In the order of the files; first those that change results."""
    trees = [settings_of(one) for one in pipelines]
    defaults = [_Defaults(one) for one in pipelines]
    found = []
    for path, values in _differences(trees, ()):
        shown = tuple(
            default(path) if value is ABSENT else value
            for value, default in zip(values, defaults, strict=True)
        )
        # A stage that is written may be equal to one that is not, but for where it stands.
        if len({repr(one) for one in shown}) > 1:
            changes = _changes_results(path, pipelines)
            found.append(Setting(path, _name(path, trees), shown, changes))
    return sorted(found, key=lambda one: not one.changes_results)


def _name(path: Path_, trees: Sequence[Any]) -> str:
    """Items of lists by their ids, where they have one in any of the pipelines."""
    parts, nodes = [], list(trees)
    for key in path:
        nodes = [one[key] for one in nodes if _has(one, key)]
        ids = [one["id"] for one in nodes if isinstance(one, Mapping) and one.get("id")]
        parts.append(str(ids[0] if isinstance(key, int) and ids else key))
    return ".".join(parts[1:] if parts[0] == "stages" and len(parts) > 1 else parts)


def _has(tree: Any, key: str | int) -> bool:
    return key in tree if isinstance(tree, Mapping) else isinstance(key, int) and key < len(tree)


def settings_of(pipeline: Pipeline) -> dict[str, Any]:
    """All that the file says, typed, without what has its default; components as mappings."""
    document = pipeline.document
    stages = {stage.id: _settings_of_stage(stage) for stage in pipeline.stages}
    return {"seed": document.seed, "runtime": plain(document.runtime), "stages": stages}


def _settings_of_stage(stage: Stage) -> dict[str, Any]:
    own = plain(stage.spec)
    if isinstance(stage.spec, LoadData):
        # Stage keys leave the place out, as what is there counts; here it may be all that differs.
        dataset = stage.spec.dataset
        written = {name: dataset.given.get(name) for name in _places(dataset)}
        own["dataset"] |= {name: str(one) for name, one in written.items() if one is not None}
    taken = {"from": dict(stage.spec.from_)} if stage.spec.from_ else {}
    return {"type": stage.type.name, **taken, **{k: v for k, v in own.items() if k != "from_"}}


def _places(dataset: Component) -> tuple[str, ...]:
    """The arguments that say where it is read from."""
    return (*(name for name, arg in dataset.entry.args.items() if arg.reads), _STAND_IN)


def _differences(values: Sequence[Any], path: Path_) -> Iterator[tuple[Path_, tuple[Any, ...]]]:
    """The shortest paths below which nothing is alike: a component with another type is one setting
    with all of its arguments, and so is a list with other items.
    """
    if all(_same(one, values[0]) for one in values):
        return
    inside: Sequence[Any] = ()
    if _are_alike(values):
        keys = dict.fromkeys(key for one in values for key in one)
        inside = [(key, [one.get(key, ABSENT) for one in values]) for key in keys]
    elif _are_lists_alike(values):
        inside = list(enumerate(zip(*values, strict=True)))
    for key, below in inside:
        yield from _differences(below, (*path, key))
    if not inside:
        yield path, tuple(values)


def _same(one: Any, other: Any) -> bool:
    """True is not 1, and 1.0 is 1."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _are_alike(values: Sequence[Any]) -> bool:
    """Mappings, and if they are components, of one type."""
    return all(isinstance(one, Mapping) for one in values) and all(
        one.get("type") == values[0].get("type") for one in values
    )


def _are_lists_alike(values: Sequence[Any]) -> bool:
    """Lists of as many items, which are of the same types one by one."""
    if not all(isinstance(one, list) and len(one) == len(values[0]) for one in values):
        return False
    return all(
        all(isinstance(one, Mapping) for one in items) and _are_alike(items)
        for items in zip(*values, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Defaults:
    pipeline: Pipeline

    def __call__(self, path: Path_) -> Any:
        """What a setting that is not written means."""
        if path[0] == "runtime":
            return Runtime.model_fields[str(path[1])].default if len(path) > 1 else ABSENT
        stage = self.pipeline.find(str(path[1]))
        if stage is None or len(path) < 3 or path[2] == "from":
            return ABSENT
        found = default_of(stage.spec, ".".join(map(str, path[2:])))
        return ABSENT if found == "(default)" else found


def _changes_results(path: Path_, pipelines: Sequence[Pipeline]) -> bool:
    if path[0] == "runtime":
        return len(path) > 1 and path[1] in RUNTIME
    if path[0] != "stages":
        return True
    found = (pipeline.find(str(path[1])) for pipeline in pipelines)
    return any(_changes_result_of(stage, path[2:]) for stage in found if stage is not None)


def _changes_result_of(stage: Stage, path: Path_) -> bool:
    spec = stage.spec
    if not spec.GIVES or spec.WRITES:
        return False
    if (
        isinstance(spec, LoadData)
        and path[:1] == ("dataset",)
        and path[-1] in _places(spec.dataset)
    ):
        # Downloads are the same wherever they are; of a stand-in the run itself says so.
        return path[-1] != _STAND_IN and not dataset_facts(spec.dataset).downloadable
    return not path or path[0] not in spec.NEUTRAL
