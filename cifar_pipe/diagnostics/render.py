"""Findings as people read them in a terminal, and as programs read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, takewhile
from typing import Any

from cifar_pipe.diagnostics.codes.page import NOT_KNOWN
from cifar_pipe.diagnostics.findings import Finding, NotKnown
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.diagnostics.terminal_width import shown, shown_line, width_of
from cifar_pipe.frozen import frozen

WIDEST = 100
"""Columns of a rendered source line, its gutter included."""

_CUT = "…"
_REACH = 400
_STYLES = {
    "bold": "1",
    "dim": "2",
    "cyan": "36",
    "red": "31",
    "bold red": "1;31",
    "bold yellow": "1;33",
    "bold blue": "1;34",
}


@frozen
class Paint:
    on: bool

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.on and text else text


def to_text(findings: Iterable[Finding], *, colour: bool = False) -> str:
    """All findings, one block each, a blank line between; ends in a newline if there are any."""
    return "\n".join(
        "".join(f"{line}\n" for line in _Block(finding, Paint(colour)).lines())
        for finding in findings
    )


def not_known_to_text(not_known: Iterable[NotKnown], *, colour: bool = False) -> str:
    label = Paint(colour)("bold yellow", "not known")
    return "".join(
        f"{f'{_place(one.span)}: ' if one.span else ''}{label}: {shown(one.check)}: "
        f"needs {shown(one.needs)}\n"
        for one in not_known
    )


def to_json(
    findings: Iterable[Finding], not_known: Iterable[NotKnown] = ()
) -> list[dict[str, Any]]:
    """As schemas/findings.schema.json says: what was found, then what is not known.

    Lines and columns are 1-based, columns in characters; `help` is null or text.
    """
    found = [
        {
            **_position(finding.span),
            "code": finding.code,
            "message": finding.message,
            "help": finding.help,
            "severity": "warning" if finding.is_warning else "error",
            "notes": list(finding.notes),
            "related": [{**_position(span), "message": label} for span, label in finding.related],
        }
        for finding in findings
    ]
    unknown = [
        {
            **_position(one.span),
            "code": NOT_KNOWN,
            "message": f"not known: {one.check}",
            "help": f"needs {one.needs}",
            "severity": NOT_KNOWN,
            "notes": [],
            "related": [],
        }
        for one in not_known
    ]
    return [*found, *unknown]


def _position(span: Span | None) -> dict[str, Any]:
    if span is None:
        return dict.fromkeys(("path", "line", "column", "end_column"))
    return {
        "path": span.source.name,
        "line": span.line,
        "column": span.column,
        "end_column": span.end_column,
    }


class _Block:
    """One finding; the gutter is as wide as the largest line number in it."""

    def __init__(self, finding: Finding, paint: Paint) -> None:
        self._finding, self._paint = finding, paint
        spans = [finding.span, *(span for span, _ in finding.related)]
        self._gutter = max(len(str(span.line)) for span in spans)

    def lines(self) -> Iterator[str]:
        finding, paint, margin = self._finding, self._paint, " " * self._gutter
        word, style = ("warning", "bold yellow") if finding.is_warning else ("error", "bold red")
        label = paint(style, f"{word}[{finding.code}]")
        yield f"{paint('bold', f'{_place(finding.span)}:')} {label}: {shown(finding.message)}"
        yield from self._excerpt(finding.span, "^", style)
        for span, label in finding.related:
            if span.source is not finding.span.source:
                yield f"{margin} {paint('bold blue', '-->')} {_place(span)}"
            yield from self._excerpt(span, "-", "bold blue", label)
        for note in finding.notes:
            yield f"{margin} {paint('bold blue', '=')} {shown(note)}"
        if finding.help is not None:
            yield f"{margin} {paint('bold blue', '=')} {paint('cyan', 'help')}: {shown(finding.help)}"

    def _excerpt(self, span: Span, mark: str, style: str, label: str = "") -> Iterator[str]:
        """An empty gutter, the line, the marks below it; nothing where there is no such line."""
        if span.line > len(span.source.lines):
            return
        margin, bar = " " * self._gutter, self._paint("bold blue", "|")
        line, indent, length = _window(span, WIDEST - self._gutter - 3)
        number = self._paint("bold blue", f"{span.line:>{self._gutter}}")
        yield f"{margin} {bar}"
        yield f"{number} {bar} {line}".rstrip()
        marks = self._paint(style, mark * length)
        yield f"{margin} {bar} {' ' * indent}{marks}{f' {shown(label)}' if label else ''}"


def _place(span: Span) -> str:
    return f"{shown(span.source.name)}:{span.line}:{span.column}"


def _window(span: Span, room: int) -> tuple[str, int, int]:
    """The part of the line that fits into `room` columns and holds the span's beginning.

    Returns it, the columns before the span, and the columns that the span takes (at least 1).
    """
    line = span.source.lines[span.line - 1].rstrip()
    first = min(span.column - 1, len(line))
    # Lines may have megabytes; no more than this can be on the screen.
    skipped = max(0, first - _REACH)
    near = line[skipped : first + _REACH]
    cells = shown_line(near)
    start = first - skipped
    if start == len(cells):
        cells.append(" ")  # the caret after the last word needs room as well
    end = max(start, min(span.end_column - 1 - skipped, len(cells)))
    widths = [width_of(cell) for cell in cells]
    left, right = _fit(widths, start, end, room)
    before = _CUT if skipped + left > 0 else ""
    after = _CUT if skipped + right < len(line) else ""
    text = (before + "".join(cells[left:right])).rstrip() + after
    length = sum(widths[start : min(end, right)])
    return text, len(before) + sum(widths[left:start]), max(1, length)


def _fit(widths: list[int], start: int, end: int, room: int) -> tuple[int, int]:
    """The first cell that is shown, and the first after those that are not cut off."""
    if sum(widths) <= room:
        return 0, len(widths)
    room -= 2 * len(_CUT)
    count, used = _that_fit(widths[start:end], room)
    right = start + count
    # What the span leaves goes to both sides, a third of it to the left.
    count, more = _that_fit(reversed(widths[:start]), (room - used) // 3)
    left, used = start - count, used + more
    count, more = _that_fit(widths[right:], room - used)
    right, used = right + count, used + more
    count, _ = _that_fit(reversed(widths[:left]), room - used)
    return left - count, right


def _that_fit(widths: Iterable[int], room: int) -> tuple[int, int]:
    """How many of the first cells fit into the room, and the columns that they take."""
    totals = [0, *takewhile(lambda total: total <= room, accumulate(widths))]
    return len(totals) - 1, totals[-1]
