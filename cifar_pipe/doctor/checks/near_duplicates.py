"""Images that show the same and have other pixels: recompressed, resized, recoloured, mirrored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cifar_pipe.doctor.checks.duplicates import LEAK
from cifar_pipe.doctor.collection import Collection
from cifar_pipe.doctor.finding import DataFinding, Kind
from cifar_pipe.doctor.similar import Pair
from cifar_pipe.doctor.words import images

NEAR_LEAK = Kind("near-leak", "error", LEAK.means, f"look at them, and {LEAK.mend}")
NEAR_CONFLICT = Kind(
    "near-conflict",
    "warning",
    "one of the two labels is probably wrong",
    "look at each pair, and move what is in the wrong folder",
)
NEAR_DUPLICATE = Kind(
    "near-duplicate",
    "warning",
    "such images count more than once, and a split that is drawn from them would leak",
    "look at them, and keep one of each; or draw splits so that they stay together",
)
KINDS = (NEAR_LEAK, NEAR_CONFLICT, NEAR_DUPLICATE)


def check(collection: Collection, pairs: Sequence[Pair]) -> Iterator[DataFinding]:
    """`pairs` are of the first images of each set of equal pixels."""
    same = {one[0]: one for one in collection.same_pixels}
    leaking: dict[int, int] = {}
    conflicts: dict[int, int] = {}
    within: dict[int, int] = {}
    exact = {index for one in same.values() for index in _leaking(collection, one)}
    for pair in sorted(pairs, key=lambda one: -one.correlation):
        for one, other in _both_ways(same[pair.a], same[pair.b]):
            earlier = min(other, key=collection.rank)
            a, b = collection.pictures[one], collection.pictures[earlier]
            if collection.rank(earlier) < collection.rank(one) and one not in exact:
                leaking.setdefault(one, earlier)
            if a.label != b.label:
                conflicts.setdefault(max(one, earlier), min(one, earlier))
            for beside in other:
                b = collection.pictures[beside]
                if beside < one and (b.split, b.label) == (a.split, a.label):
                    within.setdefault(one, beside)
    yield from _leaks(collection, leaking)
    if conflicts:
        groups = [*conflicts.items()]
        every = [*dict.fromkeys(index for group in groups for index in group)]
        message = f"{images(len(every))} nearly the same as one of another label"
        yield DataFinding(NEAR_CONFLICT, message, every, groups)
    if within:
        are = "is" if len(within) == 1 else "are"
        message = f"{images(len(within))} {are} nearly the same as another of the split"
        yield _finding(NEAR_DUPLICATE, message, within)


def _both_ways(a: Sequence[int], b: Sequence[int]) -> Iterator[tuple[int, Sequence[int]]]:
    """Each image of one set with the images of the other."""
    yield from ((one, b) for one in a)
    yield from ((one, a) for one in b)


def _leaking(collection: Collection, group: Sequence[int]) -> Iterator[int]:
    first = min(map(collection.rank, group))
    return (index for index in group if collection.rank(index) > first)


def _leaks(collection: Collection, leaking: dict[int, int]) -> Iterator[DataFinding]:
    by_splits: dict[tuple[str, str], dict[int, int]] = {}
    for late, early in leaking.items():
        splits = collection.pictures[late].split, collection.pictures[early].split
        by_splits.setdefault(splits, {})[late] = early
    for (split, other), found in by_splits.items():
        are = "is" if len(found) == 1 else "are"
        message = f"{images(len(found), split)} {are} nearly the same as one of {other}"
        yield _finding(NEAR_LEAK, message, found)


def _finding(kind: Kind, message: str, found: dict[int, int]) -> DataFinding:
    return DataFinding(kind, message, [*found], [*found.items()])
