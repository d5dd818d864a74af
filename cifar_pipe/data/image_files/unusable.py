"""Image files that cannot be used, all of them reported at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cifar_pipe.data.datasets.folders.image_search import shown_name
from cifar_pipe.errors import DataBroken

# Nobody reads more lines, nor more that say the same.
_MOST_NAMED = 20
_MOST_ALIKE = 5


@dataclass(frozen=True)
class Unusable:
    """`why` goes on after the path: `cannot be decoded: it is empty`; `help` is what to do."""

    path: str
    why: str
    help: str


class UnusableFiles(DataBroken):
    """One file in the message itself; several as notes."""

    def __init__(self, files: Sequence[Unusable]) -> None:
        files = sorted(files, key=lambda one: one.path)
        lines = list(_lines(files))
        message, notes = lines[0], []
        if len(lines) > 1:
            message, notes = f"{len(files):,} image files cannot be used", lines[:_MOST_NAMED]
        if len(lines) > _MOST_NAMED:
            notes.append(f"and {len(lines) - _MOST_NAMED:,} more")
        helps = tuple(dict.fromkeys(one.help for one in files))
        super().__init__(message, help=helps, notes=tuple(notes))
        self.files = files


def _lines(files: Sequence[Unusable]) -> Iterator[str]:
    """A line for each file; one for all that have the same reason, where these are many."""
    alike = Counter(one.why for one in files)
    reported: set[str] = set()
    for one in files:
        if alike[one.why] <= _MOST_ALIKE:
            yield f"{shown_name(one.path)} {one.why}"
        elif one.why not in reported:
            reported.add(one.why)
            yield f"{shown_name(one.path)} {one.why}, and so for {alike[one.why] - 1:,} more"
