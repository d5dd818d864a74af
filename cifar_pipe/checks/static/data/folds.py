"""Every class has an image for each fold."""

from __future__ import annotations

from collections.abc import Iterator

from cifar_pipe.catalog.images.folds import Fold
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.data_flow import Flow
from cifar_pipe.diagnostics.problem import Problem

CODES = ("data",)
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    for flow in context.flows.values():
        if flow.spec.fold is not None:
            context.report(flow.stage, *_too_many(flow, flow.spec.fold))


def _too_many(flow: Flow, fold: Fold) -> Iterator[Problem]:
    facts, need = flow.dataset_facts, f"{fold.of} folds need {fold.of} images of each class"
    if facts.per_class is not None:
        divided = ("train", "test", *(["val"] if flow.spec.validation_split else []))
        counts = list(map(sum, zip(*(facts.per_class[name] for name in divided), strict=True)))
        most = min((count for count in counts if count), default=0)
        name = (flow.facts.classes or ())[counts.index(most)]
        has = f"{name} has {most} image{'s' if most != 1 else ''}"
    elif facts.train is not None and facts.test is not None:
        images, classes = facts.train + facts.test, flow.facts.num_classes or 1
        most = images // classes
        has = f"there are {images} for {classes} classes"
        if classes == 1:
            need, has = f"{fold.of} folds need {fold.of} images", f"there are {images}"
    else:
        return
    if most < fold.of:
        help_ = f"write of: {most}, or use more images" if most > 1 else "use more images"
        yield Problem(f"{need}, and {has}", ("fold", "of"), "data", help_)
