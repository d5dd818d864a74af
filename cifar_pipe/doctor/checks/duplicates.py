"""Images of the same pixels: in two splits, with two labels, or twice in one split."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cifar_pipe.doctor.collection import Collection
from cifar_pipe.doctor.finding import DataFinding, Kind
from cifar_pipe.doctor.words import images

LEAK = Kind(
    "leak",
    "error",
    "the network is measured on images that it was trained on: the accuracy is too high",
    "remove these from one of the two splits, best from that for training",
)
CONFLICT = Kind(
    "conflict",
    "error",
    "one image has several labels: all but one of them are wrong",
    "look at each, and keep it in the folder of its class alone",
)
DUPLICATE = Kind(
    "duplicate",
    "warning",
    "such images count more than once, and a split that is drawn from them would leak",
    "keep one of each",
)
KINDS = (LEAK, CONFLICT, DUPLICATE)


def check(collection: Collection) -> Iterator[DataFinding]:
    groups = [one for one in collection.same_pixels if len(one) > 1 and not _blank(collection, one)]
    yield from _leaks(collection, groups)
    conflicts = [one for one in groups if len({collection.pictures[i].label for i in one}) > 1]
    if conflicts:
        every = [index for one in conflicts for index in one]
        message = f"{images(len(every))} have the pixels of another and not its label"
        yield DataFinding(CONFLICT, message, every, conflicts)
    within = [again for one in groups for again in _in_one_split(collection, one)]
    if within:
        count = sum(len(one) - 1 for one in within)
        message = f"{images(count)} {'is' if count == 1 else 'are'} in the same split again"
        yield DataFinding(DUPLICATE, message, [i for one in within for i in one[1:]], within)


def _leaks(collection: Collection, groups: Sequence[Sequence[int]]) -> Iterator[DataFinding]:
    """Of groups of images that are the same, those of a split that are in an earlier one as well."""
    pairs: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for group in groups:
        first = min(group, key=collection.rank)
        for index in group:
            if collection.rank(index) > collection.rank(first):
                splits = collection.pictures[index].split, collection.pictures[first].split
                pairs.setdefault(splits, []).append((index, first))
    for (late, early), found in pairs.items():
        are = "is" if len(found) == 1 else "are"
        message = f"{images(len(found), late)} {are} in {early} too"
        yield DataFinding(LEAK, message, [late for late, _ in found], found)


def _in_one_split(collection: Collection, group: Sequence[int]) -> Iterator[list[int]]:
    """Those of one split and one label: of other labels they are conflicts."""
    alike: dict[tuple[str, str | None], list[int]] = {}
    for index in group:
        one = collection.pictures[index]
        alike.setdefault((one.split, one.label), []).append(index)
    return (again for again in alike.values() if len(again) > 1)


def _blank(collection: Collection, group: Sequence[int]) -> bool:
    """Images of one colour are told as such."""
    pixels = collection.pictures[group[0]].pixels
    return pixels is not None and pixels.spread == 0
