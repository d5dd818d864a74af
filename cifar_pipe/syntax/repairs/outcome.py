"""What came of parsing a text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf

from cifar_pipe.frozen import frozen
from cifar_pipe.syntax.nodes import Node

_LINES_ABOVE = 12

Columns = Callable[[int, int], int]
"""The column in the source of a line and column of what is parsed; all are 1-based."""


def same_column(_line: int, column: int) -> int:
    return column


@frozen
class Outcome:
    """`roots` are the documents' nodes (the first's only), or None where the text is broken.

    Then `stop` is the line and column where the parser gave up, and `since` the line since which it
    had been reading; without `stop` the text is beyond a limit. `errors` are the lines of all that
    was found.
    """

    roots: list[Node] | None
    errors: Sequence[int]
    stop: tuple[int, int] | None = None
    since: int = 1

    @property
    def may_be_repaired(self) -> bool:
        return bool(self.errors) and not (self.roots is None and self.stop is None)

    @property
    def score(self) -> tuple[float, float, int]:
        """Higher where the parser came further, or found less."""
        return (*(self.stop or (inf, inf)), -len(self.errors))

    @property
    def region(self) -> list[int]:
        """The indices of the lines that may be the cause, the likeliest first."""
        if self.stop is None:
            return sorted({line - 1 for line in self.errors})
        last = self.stop[0]
        above = range(last, max(0, last - _LINES_ABOVE), -1)
        return [line - 1 for line in dict.fromkeys((*above, self.since))]
