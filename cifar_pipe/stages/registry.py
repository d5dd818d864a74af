"""The stage types: one row each, with the settings and the module of the code (a `StageCode`)."""

from __future__ import annotations

from collections import UserDict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from cifar_pipe.catalog.core import plugins
from cifar_pipe.catalog.core.plugins import Offer
from cifar_pipe.stages.build_model.spec import BuildModel
from cifar_pipe.stages.doctor.spec import Doctor
from cifar_pipe.stages.evaluate.spec import Evaluate
from cifar_pipe.stages.export.spec import Export
from cifar_pipe.stages.find_batch_size.spec import FindBatchSize
from cifar_pipe.stages.find_lr.spec import FindLr
from cifar_pipe.stages.inspect.spec import Inspect
from cifar_pipe.stages.load.spec import Load
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.stages.predict.spec import Predict
from cifar_pipe.stages.predict_folder.spec import PredictFolder
from cifar_pipe.stages.report.spec import Report
from cifar_pipe.stages.save.spec import Save
from cifar_pipe.stages.show_images.spec import ShowImages
from cifar_pipe.stages.spec import StageSpec, StageType
from cifar_pipe.stages.train.spec import Train

OWN: dict[str, StageType] = {
    row.name: row
    for row in (
        StageType("load_data", LoadData, "cifar_pipe.stages.load_data.run"),
        StageType("show_images", ShowImages, "cifar_pipe.stages.show_images.run"),
        StageType("doctor", Doctor, "cifar_pipe.stages.doctor.run"),
        StageType("build_model", BuildModel, "cifar_pipe.stages.build_model.run"),
        StageType("inspect", Inspect, "cifar_pipe.stages.inspect.run"),
        StageType("find_batch_size", FindBatchSize, "cifar_pipe.stages.find_batch_size.run"),
        StageType("find_lr", FindLr, "cifar_pipe.stages.find_lr.run"),
        StageType("train", Train, "cifar_pipe.stages.train.run"),
        StageType("save", Save, "cifar_pipe.stages.save.run"),
        StageType("load", Load, "cifar_pipe.stages.load.run"),
        StageType("export", Export, "cifar_pipe.stages.export.run"),
        StageType("predict", Predict, "cifar_pipe.stages.predict.run"),
        StageType("predict_folder", PredictFolder, "cifar_pipe.stages.predict_folder.run"),
        StageType("evaluate", Evaluate, "cifar_pipe.stages.evaluate.run"),
        StageType("report", Report, "cifar_pipe.stages.report.run"),
    )
}

# What others can give: data and histories have a form that only our own stages know, and `load` takes
# files of `save` alone.
_GIVEN_BY_ALL = {"metrics", "model"}


class _Stages(UserDict[str, StageType]):
    """Our own, and behind them those that packages add: they are looked for where a name is not ours."""

    def __missing__(self, name: str) -> StageType:
        found = offered(name)
        if found is None or found.row is None:
            raise KeyError(name)
        row: StageType = found.row
        return row

    def __contains__(self, name: object) -> bool:
        if name in self.data:
            return True
        found = offered(name) if isinstance(name, str) else None
        return found is not None and found.row is not None

    def __iter__(self) -> Iterator[str]:
        yield from self.data
        yield from (name for name in plugins.names_in(plugins.STAGES) if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


STAGES = _Stages(OWN)


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
    return replace(found, row=replace(found.row, package=found.package))


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
