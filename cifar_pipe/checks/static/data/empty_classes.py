"""Every class has images in every split: a class without any is not learnt, or not measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cifar_pipe.catalog.images.data_facts import dataset_facts
from cifar_pipe.catalog.images.held_out import held_out
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.data_flow import Flow
from cifar_pipe.diagnostics.problem import Path, Problem
from cifar_pipe.diagnostics.suggest import some

CODES = ("class-images",)
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    for flow in context.flows.values():
        if dataset_facts(flow.spec.dataset).noise:
            continue
        counts = flow.dataset_facts.per_class
        found = _too_few(flow) if counts is None else _counted(flow, counts)
        context.report(flow.stage, *found)


def _counted(flow: Flow, counts: Mapping[str, Sequence[int]]) -> Iterator[Problem]:
    names = flow.facts.classes or ()
    for split, per_class in counts.items():
        for number, words in ((0, "no image"), (1, "a single image")):
            classes = [one for one, count in zip(names, per_class, strict=False) if count == number]
            have, each = ("has", "") if len(classes) == 1 else ("have", " each" * number)
            if classes:
                message = f"{some(classes)} {have} {words}{each} in the split {split}"
                yield _problem(flow, split, message, empty=number == 0)


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
            classes = "a class has" if without == 1 else f"at least {without} classes have"
            message = f"the split {split} has {images}: {classes} none"
            yield _problem(flow, split, message, empty=True)


def _problem(flow: Flow, split: str, message: str, *, empty: bool) -> Problem:
    """At the setting that makes the split; at the dataset where none does."""
    given = flow.spec.dataset.given
    drawn = split == "val" and flow.spec.validation_split is not None
    args = flow.spec.dataset.entry.args.items()
    places = [name for name, arg in args if arg.reads]
    argument = next((one for one in ("test_split", split, *places) if one in given), None)
    path: Path = ("validation_split",) if drawn else ("dataset", *filter(None, [argument]))
    if split == "test" and flow.spec.fold is not None:
        path = ("fold", "of")
    effect = "what has none is not " + ("learnt" if split == "train" else "measured")
    help_ = "use more images, or set another share aside"
    if not drawn and "test_split" not in given:
        help_ = "use more images"
    return Problem(message, path, "class-images", help_, (effect,) if empty else ())
