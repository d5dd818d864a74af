"""How the images are spread over the classes: classes without images, and few beside many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cifar_pipe.diagnostics.suggest import some
from cifar_pipe.doctor.collection import Collection
from cifar_pipe.doctor.finding import DataFinding, Kind
from cifar_pipe.doctor.words import images

_MANY_TIMES = 3

MISSING_CLASS = Kind(
    "missing-class",
    "error",
    "the network cannot learn it, or is never measured on it; loading refuses such splits",
    "add images of it, or remove the class from all splits",
)
LAYOUT = Kind(
    "layout",
    "error",
    "no pipeline can load the folder as it is",
    "mend it as cifar-pipe validate --data says, which tells the same with the way out",
)
UNLABELLED = Kind(
    "unlabelled",
    "note",
    "they are in no class folder: there is nothing to train on",
    "cifar-pipe predict tells their classes; for training, put each into a folder of its class",
)
BALANCE = Kind(
    "balance",
    "warning",
    "accuracy is mostly that of the large classes, and the small ones are hardly learnt",
    "weight: balanced of the loss or a WeightedRandomSampler evens it out; judge by per-class accuracy",
)
KINDS = (LAYOUT, MISSING_CLASS, UNLABELLED, BALANCE)


def check(collection: Collection) -> Iterator[DataFinding]:
    pictures = collection.pictures
    if collection.refused:
        yield DataFinding(LAYOUT, collection.refused)
    for split, indices in collection.splits.items():
        counts = Counter(label for i in indices if (label := pictures[i].label) is not None)
        if not counts:
            if collection.classes or len(collection.splits) == 1:
                message = f"{images(len(indices), split)} without a class"
                yield DataFinding(UNLABELLED, message, indices)
            continue
        absent = [name for name in collection.classes if not counts[name]]
        if absent:
            message = f"{split} has no images of {some(absent)}"
            yield DataFinding(MISSING_CLASS, message, names=absent)
        (few, least), (many, most) = counts.most_common()[-1], counts.most_common(1)[0]
        if most >= _MANY_TIMES * least and len(counts) > 1:
            times = f"{most / least:.1f}".removesuffix(".0")
            message = f"{split} has {most:,} images of {many} and {least:,} of {few}: {times} times as many"
            yield DataFinding(BALANCE, message, names=[few, many])
