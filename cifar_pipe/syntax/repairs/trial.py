"""Finds what a parser stumbled over: each repair is tried, and what mends the text was the cause."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Source, Span
from cifar_pipe.syntax.repairs.changes import Changes
from cifar_pipe.syntax.repairs.outcome import Columns, Outcome
from cifar_pipe.syntax.repairs.rows import ROWS, Row

MOST_CHARACTERS = 400_000
"""How much text is parsed in trials: beyond that the parser's own words have to do."""

_LEAST = 1000
_LONGEST_LINE = 300

_OTHER_LINES = 8
_ENDS_WORD = " ,{}[]"

Parse = Callable[[str, Columns], Outcome]


@dataclass(slots=True)
class Repaired:
    """The text with what was mended, row by row."""

    source: Source
    lines: list[str]
    by_row: dict[str, tuple[Row, dict[int, str]]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join((*self.lines, ""))

    def with_changes(self, row: Row, changes: Changes) -> Repaired:
        lines = list(self.lines)
        for index, line in changes.items():
            lines[index] = line
        _, before = self.by_row.get(row.message, (row, {}))
        by_row = {**self.by_row, row.message: (row, {**before, **changes})}
        return Repaired(self.source, lines, by_row)

    def column(self, line: int, column: int) -> int:
        """The column in the source."""
        old = self.source.lines[line - 1] if line <= len(self.source.lines) else ""
        new = self.lines[line - 1] if line <= len(self.lines) else ""
        if old == new:
            return column
        for _, old_start, old_end, new_start, new_end in _opcodes(old, new):
            if column - 1 < new_end or new_end == len(new):
                return 1 + min(old_start + max(0, column - 1 - new_start), max(old_start, old_end))
        return column

    @property
    def is_partial(self) -> bool:
        """Whether the text is not the pipeline that was meant, with the repairs either."""
        return any(row.is_partial for row, _ in self.by_row.values())

    def report(self, findings: Findings) -> None:
        for row, changes in self.by_row.values():
            first = min(changes)
            span, fixed = _changed(self.source, first, changes[first], row)
            text = self.source.lines[first][span.column - 1 : span.end_column - 1]
            words = text if len(text) <= 60 else f"{text[:59]}…"
            others = sorted(index + 1 for index in changes if index != first)
            note = [row.note.format(lines=_listed(others))] if others else []
            findings.add(
                "syntax",
                row.message.format(words=words),
                span,
                notes=note,
                help=(others and row.together)
                or row.help_for(text, fixed, is_line=not changes[first].strip()),
                is_exact=True,
            )


def repaired(source: Source, outcome: Outcome, parse: Parse) -> Repaired | None:
    """The text with the repairs that get the parser further, or None where there are none.

    `outcome` is that of the source's own text.
    """
    best = Repaired(source, list(source.lines))
    left = MOST_CHARACTERS
    while outcome.may_be_repaired:
        tried = []
        for repair in _candidates(best, outcome.region):
            left -= max(len(repair.text), _LEAST)
            if left < 0:
                break
            tried.append((parse(repair.text, repair.column), repair))
        if not tried:
            break
        next_outcome, repair = max(tried, key=lambda one: one[0].score)
        if next_outcome.score <= outcome.score:
            break
        best, outcome = repair, next_outcome
    return best if best.by_row else None


def _candidates(text: Repaired, region: Sequence[int]) -> Iterator[Repaired]:
    """The text with each row applied to one line of the region, to all, and with all rows applied."""
    seen: list[Changes] = []
    every: dict[int, tuple[Row, Changes]] = {}
    for row in ROWS:
        together: dict[int, str] = {}
        for index in region:
            is_short = index < len(text.lines) and len(text.lines[index]) <= _LONGEST_LINE
            changes = row.change(text.lines, index) if is_short else {}
            if changes and changes not in seen:
                seen.append(changes)
                every.setdefault(index, (row, changes))
                together.update(changes)
                yield text.with_changes(row, changes)
        if together and together not in seen:
            seen.append(together)
            yield text.with_changes(row, together)
    if len({row.message for row, _ in every.values()}) > 1:
        both = text
        for row, changes in every.values():
            both = both.with_changes(row, changes)
        yield both


@lru_cache(maxsize=100)
def _opcodes(old: str, new: str) -> list[tuple[str, int, int, int, int]]:
    return list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())


def _changed(source: Source, index: int, new: str, row: Row) -> tuple[Span, str]:
    """The words that change in the line, and what they become."""
    old = source.lines[index]
    # Of blanks alone, all of them.
    start, end = (len(old) - len(old.lstrip()), len(old.rstrip())) if old.strip() else (0, len(old))
    new_end = len(new.rstrip())
    if new.strip() and not row.whole:
        start, same = _common(old, new)
        end, new_end = len(old) - same, len(new) - same
        is_indentation = not old[:start].strip() and not new[start:new_end].strip()
        if row.word and not is_indentation:
            while start > 0 and old[start - 1] not in _ENDS_WORD:
                start -= 1
            while new_end < len(new) and new[new_end] not in _ENDS_WORD:
                end, new_end = end + 1, new_end + 1
    return Span(source, index + 1, start + 1, end + 1), new[start:new_end]


def _common(old: str, new: str) -> tuple[int, int]:
    """How many characters the two begin and end with alike."""
    most = min(len(old), len(new))
    start = next((at for at in range(most) if old[at] != new[at]), most)
    most -= start
    return start, next((at for at in range(most) if old[-1 - at] != new[-1 - at]), most)


def _listed(lines: Sequence[int]) -> str:
    shown = ", ".join(map(str, lines[:_OTHER_LINES]))
    more = len(lines) - _OTHER_LINES
    return f"line{'s' * (len(lines) > 1)} {shown}" + (f" and {more} more" if more > 0 else "")
