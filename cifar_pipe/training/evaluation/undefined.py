"""What a metric does with classes for which it is 0 / 0, in words."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import metric_facts
from cifar_pipe.diagnostics.suggest import some
from cifar_pipe.training.evaluation.metrics import Counts

_WHY = {
    "absent": "no images",
    "unseen": "neither images nor predictions",
    "unpredicted": "no predictions",
}


def remarks(metric: Component, value: object, counts: Counts) -> Iterator[str]:
    """On the classes that a metric leaves out or counts as 0; `value` is what it gave."""
    facts, average = metric_facts(metric), metric.given.get("average")
    images, predicted = counts.confusion.sum(1), counts.confusion.sum(0)
    one_class = int((images > 0).sum()) == 1 or int((predicted > 0).sum()) == 1
    if value is None:
        yield f"{metric.name} is not defined: the images are all of one class"
    elif facts.zero_for == "constant" and one_class:
        yield f"{metric.name} is 0: all images are of one class, or are taken for one"
    elif average != "micro":
        classes = {
            "absent": (images == 0) & (predicted > 0 if facts.zero_for else predicted >= 0),
            "unseen": (images == 0) & (predicted == 0),
            "unpredicted": (images > 0) & (predicted == 0),
        }
        for kind, does in ((facts.leaves_out, "leaves out"), (facts.zero_for, "counts as 0")):
            # Without images a class weighs nothing.
            weighs = average != "weighted" or kind == "unpredicted"
            if kind is not None and weighs and classes[kind].any():
                yield f"{metric.name} {does} what has {_WHY[kind]}: {_names(counts, classes[kind])}"


def _names(counts: Counts, chosen: Tensor) -> str:
    return some([name for name, one in zip(counts.classes, chosen.tolist(), strict=True) if one])
