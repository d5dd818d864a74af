"""Where the words of a document are: the source text and the spans in it.

Lines and columns are 1-based and columns count characters; `end_column` is the column just after
the last character. A caret is drawn on the start line only, so a span over several lines ends, for a
caret's purpose, at the end of its first line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf


@dataclass(frozen=True, slots=True)
class Source:
    """Where text came from: a file, or an override on the command line.

    `name` is what diagnostics print: the path as the user gave it, or `-S train.epochs=x`.
    """

    name: str
    text: str
    lines: tuple[str, ...] = field(repr=False)
    # Where the file is extended, if it is not the pipeline's own.
    extended_at: Span | None = field(default=None, repr=False, compare=False)
    # Which override of the command line it is, counted from 1; 0 for a file.
    override: int = field(default=0, repr=False, compare=False)

    @classmethod
    def of(
        cls, name: str, text: str, *, extended_at: Span | None = None, override: int = 0
    ) -> Source:
        return cls(name, text, tuple(text.splitlines()), extended_at, override)

    @property
    def precedence(self) -> tuple[float, ...]:
        """Greater for what is laid over the other: a file over all that it extends, of these the
        later over the earlier, overrides over files, and the later override over the earlier.
        """
        if self.override:
            return 1, self.override
        steps: list[float] = []
        at = self.extended_at
        while at is not None:
            steps[:0] = at.line, at.column
            at = at.source.extended_at
        return 0, *steps, inf


# The labels of the place where a referenced value was set, and of one that it is used at.
SET_HERE = "the value was set here"
USED_HERE = "the value is used here"


@dataclass(frozen=True, slots=True)
class Span:
    """`origin` is where the words came from, with its label: through a reference or a block."""

    source: Source = field(repr=False)
    line: int
    column: int
    end_column: int
    origin: tuple[Span, str] | None = field(default=None, repr=False, compare=False)

    def to(self, end: Span) -> Span:
        """From here to the end of `end`, or to the end of this line if `end` starts lower."""
        last = end.end_column
        if end.source is not self.source or end.line != self.line:
            last = len(self.source.lines[self.line - 1].rstrip()) + 1
        origin = end.origin or self.origin
        return Span(self.source, self.line, self.column, max(self.end_column, last), origin)

    def __contains__(self, other: Span) -> bool:
        """Whether the other's first line is within these words."""
        if (other.source, other.line) != (self.source, self.line):
            return False
        return self.column <= other.column and other.end_column <= self.end_column

    @property
    def text(self) -> str:
        """The words themselves, as far as they are on the first line."""
        lines = self.source.lines[self.line - 1 : self.line]
        return "".join(lines)[self.column - 1 : self.end_column - 1]

    def origins(self) -> Iterator[tuple[Span, str]]:
        """How the words got where they are used, from the nearest origin to the first."""
        origin = self.origin
        while origin is not None:
            yield origin
            origin = origin[0].origin
