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
        message, notes = notes_on(files)
        if notes:
            message = f"{len(files):,} image files cannot be used"
        helps = tuple(dict.fromkeys(one.help for one in files))
        super().__init__(message, help=helps, notes=notes)
        self.files = files


def notes_on(files: Sequence[Unusable]) -> tuple[str, tuple[str, ...]]:
    """What is wrong with the first, and, where a line does not say it all, a note on each; on many that
    are alike one.
    """
    lines = list(_lines(files))
    notes = [line for line, _ in lines[:_MOST_NAMED]] if len(lines) > 1 else []
    if left_out := sum(count for _, count in lines[_MOST_NAMED:]):
        notes.append(f"and {left_out:,} more")
    return lines[0][0], tuple(notes)


def _lines(files: Sequence[Unusable]) -> Iterator[tuple[str, int]]:
    """A line for each file; one for all that have the same reason, where these are many. With each
    the number of files that it stands for.
    """
    alike = Counter(one.why for one in files)
    reported: set[str] = set()
    for one in files:
        if alike[one.why] <= _MOST_ALIKE:
            yield f"{shown_name(one.path)} {one.why}", 1
        elif one.why not in reported:
            reported.add(one.why)
            others = alike[one.why] - 1
            yield f"{shown_name(one.path)} {one.why}, and so for {others:,} more", 1 + others
