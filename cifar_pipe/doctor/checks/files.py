"""What files are called and what they are: suffixes that are wrong, and files that are not read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cifar_pipe.doctor.collection import Collection
from cifar_pipe.doctor.finding import DataFinding, Kind
from cifar_pipe.doctor.headers import fitting
from cifar_pipe.doctor.words import images

SUFFIX = Kind(
    "suffix",
    "warning",
    "here they are read by what they contain, but other programs go by the name and fail",
    "rename them",
)
SKIPPED = Kind(
    "skipped",
    "warning",
    "loading does not read them: the network never sees them",
    "convert, rename or move those that are images of a class, and take the others out",
)
KINDS = (SUFFIX, SKIPPED)


def check(collection: Collection) -> Iterator[DataFinding]:
    wrong = {
        index: f"is {header.format}"
        for index, one, header in collection.headers()
        if fitting(Path(one.name).suffix) not in (header.format, None)
    }
    if wrong:
        message = f"{images(len(wrong))} whose suffix is that of another format"
        yield DataFinding(SUFFIX, message, [*wrong], remarks=[*wrong.values()])
    if skipped := collection.skipped:
        files = "1 file is" if len(skipped) == 1 else f"{len(skipped):,} files are"
        names, whys = [one.name for one in skipped], [one.why for one in skipped]
        yield DataFinding(SKIPPED, f"{files} not read", names=names, remarks=whys)
