"""A network is not measured on images that it was trained on under the name of another split.

One stage of data has distinct splits. Two that divide the same images differently have not.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.data_flow import Flow
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.pipeline.roles import TakesSplit, Trains

CODES = ("leak",)
NEEDS_TORCH = False

# How a dataset on the disk gets there, and how its images are read: not which they are.
_READING = ("download", "stand_in", "image_shape", "apply_exif_orientation", "background")


def check(context: CheckContext) -> None:
    for stage in context.pipeline.stages:
        tested = context.flow(stage)
        if tested is None or not isinstance(stage.spec, TakesSplit) or "model" not in stage.inputs:
            continue
        for training in _trainings(context.pipeline, stage):
            trained = context.flow(training)
            found = _leak(stage.spec.split, training, trained, tested) if trained else None
            if found is not None:
                context.report(stage, found)
                break


def _trainings(pipeline: Pipeline, stage: Stage) -> Iterator[Stage]:
    """Those that the stage's network went through, the last first; through saved files too."""
    for output in ("model", "files"):
        giver = pipeline.find(stage.inputs.get(output))
        if giver is not None:
            if isinstance(giver.spec, Trains):
                yield giver
            yield from _trainings(pipeline, giver)


def _leak(split: str, training: Stage, trained: Flow, tested: Flow) -> Problem | None:
    if trained.stage is tested.stage or split == "train":
        return None
    holds = f"the split {split} of {tested.stage.id} holds"
    setting = _dividing(trained, tested, split) if _images(trained) == _images(tested) else None
    if setting is not None:
        return _problem(f"{holds} images", setting, training, trained, tested)
    files, others = trained.dataset_facts.files, tested.dataset_facts.files
    if files and others and (common := files["train"] & others.get(split, frozenset())):
        images = f"{len(common):,} image{'s' if len(common) > 1 else ''}"
        return _problem(f"{holds} {images}", "dataset", training, trained, tested)
    return None


def _dividing(trained: Flow, tested: Flow, split: str) -> str | None:
    """The setting that puts training images of the one into the split of the other, where both
    divide the same images.

    With one seed, a smaller share is a part of a larger one.
    """
    fold = tested.spec.fold
    drawn = tested.spec.validation_split if split == "val" else fold
    if drawn and trained.spec.fold != fold:
        return "fold"
    before, now = _test_share(trained), _test_share(tested)
    if split == "test" and before < now:
        return "test_split"
    taken, own = trained.spec.validation_split or 0, tested.spec.validation_split or 0
    if split == "val" and own:
        if before != now:
            return "test_split"
        if taken < own:
            return "validation_split"
    return None


def _test_share(flow: Flow) -> float:
    """The share that is drawn for testing; 0 where the dataset has a test split of its own."""
    dataset = flow.spec.dataset
    return dataset.get("test_split") or 0 if "test_split" in dataset.entry.args else 0


def _images(flow: Flow) -> tuple[object, ...]:
    """The same for datasets of the same images."""
    dataset: Component = flow.spec.dataset
    places = {
        name: os.path.abspath(os.path.expanduser(dataset.get(name)))  # noqa: PTH100, PTH111
        for name, arg in dataset.entry.args.items()
        if arg.reads and dataset.get(name) is not None
    }
    not_which = ("test_split", *places, *(_READING if places else ()))
    rest = {name: one for name, one in dataset.given.items() if name not in not_which}
    return dataset.name, str(places), str(rest)


def _problem(holds: str, setting: str, training: Stage, trained: Flow, tested: Flow) -> Problem:
    a, b = trained.stage, tested.stage
    path = ("dataset", "test_split") if setting == "test_split" else (setting,)
    message = f"{holds} that {training.id} trains on: the two divide the same images differently"
    help_ = f"give {a.id} and {b.id} the same {setting}, or take the data of {a.id} here"
    label = f"{training.id} trains on {a.id}"
    related = ((a.locate(*path), label), (b.locate(*path), f"{setting} of {b.id}"))
    return Problem(message, ("split",), "leak", help_, related=related)
