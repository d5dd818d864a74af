"""The stage types: one row each, imported when a pipeline has a stage of the type."""

from __future__ import annotations

from collections import UserDict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module

from cifar_pipe.catalog.core import plugins
from cifar_pipe.catalog.core.plugins import Offer
from cifar_pipe.stages.spec import StageSpec, StageType

# The settings of each, in stages/<name>/spec.py; its code is in run.py beside it.
OWN = {
    "load_data": "LoadData",
    "show_images": "ShowImages",
    "doctor": "Doctor",
    "build_model": "BuildModel",
    "inspect": "Inspect",
    "find_batch_size": "FindBatchSize",
    "find_lr": "FindLr",
    "train": "Train",
    "save": "Save",
    "load": "Load",
    "export": "Export",
    "predict": "Predict",
    "predict_folder": "PredictFolder",
    "evaluate": "Evaluate",
    "report": "Report",
}

# What others can give: data and histories have a form that only our own stages know, and `load` takes
# files of `save` alone.
_GIVEN_BY_ALL = {"metrics", "model"}


class _Stages(UserDict[str, StageType]):
    """Our own, and behind them those that packages add: they are looked for where a name is not ours."""

    def __missing__(self, name: str) -> StageType:
        if name in OWN:
            return _own(name)
        found = offered(name)
        if found is None or found.row is None:
            raise KeyError(name)
        row: StageType = found.row
        return row

    def __contains__(self, name: object) -> bool:
        if name in OWN or name in self.data:
            return True
        found = offered(name) if isinstance(name, str) else None
        return found is not None and found.row is not None

    def __iter__(self) -> Iterator[str]:
        yield from dict.fromkeys((*OWN, *self.data))
        yield from (name for name in plugins.names_in(plugins.STAGES) if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


STAGES = _Stages()


@cache
def _own(name: str) -> StageType:
    package = f"cifar_pipe.stages.{name}"
    spec = getattr(import_module(f"{package}.spec"), OWN[name])
    return StageType(name, spec, f"{package}.run")


def offered(name: str) -> Offer | None:
    """What an installed package offers as a stage type of that name; our own are never looked for."""
    if name in OWN or name not in plugins.names_in(plugins.STAGES):
        return None
    return _offered(name)


def refused() -> Mapping[str, str]:
    """What packages offer and cannot be used, in words, by name."""
    words = {}
    for name in plugins.names_in(plugins.STAGES):
        found = offered(name)
        if found is None:
            words[name] = "a package offers it, and the name is taken"
        elif found.problem:
            words[name] = f"of the package {found.package}: {found.problem}"
    return words


@cache
def _offered(name: str) -> Offer | None:
    found = plugins.offer(plugins.STAGES, name, lambda row: _wrong(row, name))
    if found is None or found.row is None:
        return found
    return found._replace(row=replace(found.row, package=found.package))


def _wrong(row: object, name: str) -> str | None:
    if not isinstance(row, StageType):
        return f"is {type(row).__name__}, not a StageType"
    if row.name != name:
        return f"is the stage {row.name}, not {name}"
    if not (isinstance(row.spec, type) and issubclass(row.spec, StageSpec)):
        return "has a spec that is no StageSpec"
    needs, gives = set(row.spec.NEEDS), set(row.spec.GIVES)
    if other := sorted(gives - _GIVEN_BY_ALL):
        return f"gives {' and '.join(other)}, which only our own stages can"
    return "gives a model, and needs none that it comes from" if "model" in gives - needs else None


def forget() -> None:
    """For tests, which install packages while they run."""
    _offered.cache_clear()
