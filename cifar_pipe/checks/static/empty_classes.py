"""Every class has images in every split: a class without any is not learnt, or not measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cifar_pipe.catalog.tables.datasets import held_out
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.data_flow import Flow
from cifar_pipe.diagnostics.problem import Path, Problem
from cifar_pipe.diagnostics.suggest import some

CODES = ("class-images",)
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    for flow in context.flows.values():
        counts = flow.dataset_facts.per_class
        found = _too_few(flow) if counts is None else _counted(flow, counts)
        context.report(flow.stage, *found)


def _counted(flow: Flow, counts: Mapping[str, Sequence[int]]) -> Iterator[Problem]:
    names = flow.facts.classes or ()
    for split, per_class in counts.items():
        for number, words in ((0, "no image"), (1, "a single image")):
            classes = [one for one, count in zip(names, per_class, strict=False) if count == number]
            if classes:
                have = "has" if len(classes) == 1 else "have"
                message = f"{some(classes)} {have} {words} in the split {split}"
                yield _problem(message, _where(flow, split), split)


def _too_few(flow: Flow) -> Iterator[Problem]:
    """Where the images of a split are fewer than the classes."""
    facts, share = flow.facts, flow.spec.validation_split
    splits = {"train": flow.training_images, "test": facts.test}
    if share is not None and facts.train is not None:
        splits["val"] = held_out(facts.train, share)
    for split, count in splits.items():
        if count is not None and facts.num_classes is not None and count < facts.num_classes:
            images = f"{count} image{'s' if count != 1 else ''}"
            without = facts.num_classes - count
            some_class = "a class has" if without == 1 else f"at least {without} classes have"
            message = f"the split {split} has {images}: {some_class} none"
            yield _problem(message, _where(flow, split), split)


def _problem(message: str, path: Path, split: str) -> Problem:
    effect = "it is not learnt" if split == "train" else "nothing is measured of it"
    help_ = "use more images of it, or set another share aside"
    return Problem(message, path, "class-images", help_, (effect,) if " no" in message else ())


def _where(flow: Flow, split: str) -> Path:
    """The setting that makes the split; the dataset where none does."""
    if split == "val" and flow.spec.validation_split is not None:
        return ("validation_split",)
    given = flow.spec.dataset.given
    argument = next((one for one in ("test_split", split, "root") if one in given), None)
    return ("dataset", *filter(None, [argument]))
