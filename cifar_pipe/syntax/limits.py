"""The limits of a document: beyond them nothing is read or resolved."""

from __future__ import annotations

from cifar_pipe.diagnostics.spans import Span

DEEPEST = 100
"""How many levels deep collections may be nested, with aliases followed."""

MOST_NODES = 20_000
"""How many values a document may have, keys not counted, with aliases expanded."""

LARGEST = 4 * 2**20
"""In bytes, or in characters where the text is decoded already."""


class TooLargeError(Exception):
    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.span = span


class Budget:
    """What a document has used of its limits; `what` it is called in messages."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._values = 0

    def spend(self, values: int, span: Span) -> None:
        """Counts more values. Raises TooLargeError."""
        self._values += values
        if self._values > MOST_NODES:
            raise TooLargeError(f"{self._what} has more than {MOST_NODES:,} values", span)

    def check_depth(self, depth: int, span: Span) -> None:
        """Raises TooLargeError where collections are nested deeper than is allowed."""
        if depth > DEEPEST:
            raise TooLargeError(f"{self._what} is nested more than {DEEPEST} levels deep", span)
