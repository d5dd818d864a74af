"""All findings of a collection of images, as plain values that JSON holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cifar_pipe.data.thread_pool import Watch
from cifar_pipe.doctor.checks import near_duplicates
from cifar_pipe.doctor.collection import Collection
from cifar_pipe.doctor.finding import SEVERITIES, DataFinding
from cifar_pipe.doctor.similar import TooAlikeError, similar_pairs
from cifar_pipe.doctor.table import CHECKS, KINDS
from cifar_pipe.report.formatting import plural

LEAKS = ("leak", "near-leak")

_LEAST = 16  # pixels of the shorter side


@dataclass(frozen=True)
class Diagnosis:
    """`findings` are those of the worst severity first. `not_known` is what could not be looked for,
    and why.
    """

    collection: Collection
    findings: Sequence[DataFinding]
    not_known: Sequence[str] = ()

    @property
    def has_errors(self) -> bool:
        return any(one.kind.severity == "error" for one in self.findings)

    def leaked(self, split: str) -> list[int]:
        """The places in the split of its images that are in an earlier split too, or nearly so."""
        pictures = self.collection.pictures
        found = (i for one in self.findings if one.kind.name in LEAKS for i in one.images)
        return sorted(pictures[i].place for i in found if pictures[i].split == split)

    def plain(self) -> dict[str, Any]:
        """Each image by its name; counts by split and class."""
        return {
            "data": self.collection.name,
            "classes": list(self.collection.classes),
            "splits": {
                name: _counts(self.collection, indices)
                for name, indices in self.collection.splits.items()
            },
            "findings": [self._plain(one) for one in self.findings],
            "not_known": list(self.not_known),
        }

    def _plain(self, finding: DataFinding) -> dict[str, Any]:
        pictures = self.collection.pictures
        named = [pictures[index].name for index in finding.images] or list(finding.names)
        remarks = finding.remarks or [""] * len(named)
        return {
            "kind": finding.kind.name,
            "severity": finding.kind.severity,
            "message": finding.message,
            "means": finding.kind.means,
            "help": finding.kind.mend,
            "images": [
                {"name": name, **({"remark": remark} if remark else {})}
                for name, remark in zip(named, remarks, strict=True)
            ],
            "groups": [[pictures[index].name for index in group] for group in finding.groups],
        }


def diagnose(collection: Collection, watch: Watch, *, near: bool = True) -> Diagnosis:
    """Runs all checks; without `near`, only equal pixels count as duplicates."""
    findings = [found for check in CHECKS for found in check.check(collection)]
    not_known = []
    if near:
        small, others = _by_size(collection)
        if small:
            not_known.append(
                f"near-duplicates among {plural(len(small), 'image')} of less than {_LEAST} x {_LEAST} "
                "pixels: they have no fine detail that would tell copies from others"
            )
        try:
            pairs = similar_pairs(collection.thumbnails, others, watch)
            findings += near_duplicates.check(collection, pairs)
        except TooAlikeError:
            not_known.append(
                "near-duplicates: most images are composed alike, as digits or scans are, so that "
                "copies cannot be told from others; equal pixels were looked for"
            )
    else:
        not_known.append("near-duplicates: they were not looked for")
    order = {name: place for place, name in enumerate(KINDS)}
    findings.sort(key=lambda one: (SEVERITIES.index(one.kind.severity), order[one.kind.name]))
    return Diagnosis(collection, findings, not_known)


def _by_size(collection: Collection) -> tuple[list[int], list[int]]:
    """Of each set of equal pixels the first: those too small to be compared by their detail, and others."""
    firsts = {group[0] for group in collection.same_pixels}
    small: list[int] = []
    others: list[int] = []
    for index, _, pixels in collection.usable():
        if index in firsts:
            (small if min(pixels.size) < _LEAST else others).append(index)
    return small, others


def _counts(collection: Collection, indices: Sequence[int]) -> dict[str, Any]:
    counts = Counter(collection.pictures[index].label for index in indices)
    per_class = {name: counts[name] for name in collection.classes}
    return {"images": len(indices), "per_class": per_class}
