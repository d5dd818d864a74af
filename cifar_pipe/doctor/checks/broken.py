"""Files that cannot be read as images."""

from __future__ import annotations

from collections.abc import Iterator

from cifar_pipe.doctor.collection import Collection
from cifar_pipe.doctor.finding import DataFinding, Kind
from cifar_pipe.doctor.words import images

BROKEN = Kind(
    "broken",
    "error",
    "loading refuses the data set because of them",
    "get these files again from where they came from, or take them out of the folder",
)
KINDS = (BROKEN,)


def check(collection: Collection) -> Iterator[DataFinding]:
    found = {
        index: one.unusable.why
        for index, one in enumerate(collection.pictures)
        if one.unusable is not None
    }
    if found:
        message = f"{images(len(found))} cannot be read"
        yield DataFinding(BROKEN, message, [*found], remarks=[*found.values()])
