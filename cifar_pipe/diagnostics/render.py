"""Findings as people read them in a terminal, and as programs read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cifar_pipe.diagnostics.findings import Finding, NotKnown
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.diagnostics.terminal_width import shown, shown_line, width_of

WIDEST = 100
"""Columns of a rendered source line, its gutter included."""

_CUT = "…"
_REACH = 400
_BOLD, _RED, _BLUE, _CYAN, _YELLOW = "1", "1;31", "1;34", "36", "1;33"


@dataclass(frozen=True, slots=True)
class _Paint:
    colour: bool

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.colour and text else text


def to_text(findings: Iterable[Finding], *, colour: bool = False) -> str:
    """All findings, one block each, a blank line between; ends in a newline if there are any."""
    paint = _Paint(colour)
    return "\n".join(_block(finding, paint) for finding in findings)


def not_known_to_text(not_known: Iterable[NotKnown], *, colour: bool = False) -> str:
    """One line for each check that could not be made."""
    paint = _Paint(colour)
    return "".join(f"{_place(entry)}{_not_known(entry, paint)}\n" for entry in not_known)


def to_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Lines and columns are 1-based, columns in characters; `help` is null or text.

    A warning says so as its `severity`; an error has no such key.
    """
    return [
        {
            "path": finding.span.source.name,
            "line": finding.span.line,
            "column": finding.span.column,
            "end_column": finding.span.end_column,
            "code": finding.code,
            "message": finding.message,
            "help": finding.help,
            **({"severity": "warning"} if finding.is_warning else {}),
        }
        for finding in findings
    ]


def _block(finding: Finding, paint: _Paint) -> str:
    spans = [finding.span, *(span for span, _ in finding.related)]
    gutter = max(len(str(span.line)) for span in spans)
    style = _style(finding)
    rows = [_head(finding, paint), *_excerpt(finding.span, "^", "", gutter, paint, style)]
    for span, label in finding.related:
        if span.source is not finding.span.source:
            where = f"{shown(span.source.name)}:{span.line}:{span.column}"
            rows.append(f"{' ' * gutter} {paint(_BLUE, '-->')} {where}")
        rows += _excerpt(span, "-", label, gutter, paint, _BLUE)
    notes = [shown(note) for note in finding.notes]
    if finding.help is not None:
        notes.append(f"{paint(_CYAN, 'help')}: {shown(finding.help)}")
    rows += [f"{' ' * gutter} {paint(_BLUE, '=')} {note}" for note in notes]
    return "\n".join(rows) + "\n"


def _style(finding: Finding) -> str:
    return _YELLOW if finding.is_warning else _RED


def _head(finding: Finding, paint: _Paint) -> str:
    span = finding.span
    where = paint(_BOLD, f"{shown(span.source.name)}:{span.line}:{span.column}:")
    word = "warning" if finding.is_warning else "error"
    what = paint(_style(finding), f"{word}[{finding.code}]")
    return f"{where} {what}: {shown(finding.message)}"


def _excerpt(
    span: Span, mark: str, label: str, gutter: int, paint: _Paint, style: str
) -> list[str]:
    """An empty gutter, the line, the marks below it; nothing where there is no such line."""
    if span.line > len(span.source.lines):
        return []
    bar = paint(_BLUE, "|")
    line, indent, length = _window(span, WIDEST - gutter - 3)
    marks = paint(style, mark * length)
    label = f" {shown(label)}" if label else ""
    return [
        f"{' ' * gutter} {bar}",
        f"{paint(_BLUE, f'{span.line:>{gutter}}')} {bar} {line}".rstrip(),
        f"{' ' * gutter} {bar} {' ' * indent}{marks}{label}",
    ]


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
        cells.append(" ")  # the caret behind the last word needs room as well
    end = max(start, min(span.end_column - 1 - skipped, len(cells)))
    widths = [width_of(cell) for cell in cells]
    left, right = _fit(widths, start, end, room)
    before = _CUT if skipped + left > 0 else ""
    after = _CUT if skipped + right < len(line) else ""
    text = (before + "".join(cells[left:right])).rstrip() + after
    length = sum(widths[start : min(end, right)])
    return text, len(before) + sum(widths[left:start]), max(1, length)


def _fit(widths: list[int], start: int, end: int, room: int) -> tuple[int, int]:
    """The first cell that is shown, and the first behind that is not."""
    if sum(widths) <= room:
        return 0, len(widths)
    room -= 2 * len(_CUT)
    right, used = _forward(widths, start, end, room)
    # What the span leaves goes to both sides, a third of it to the left.
    left, used = _backward(widths, start, room=used + (room - used) // 3, used=used)
    right, used = _forward(widths, right, len(widths), room, used=used)
    left, used = _backward(widths, left, room=room, used=used)
    return left, right


def _forward(
    widths: list[int], right: int, end: int, room: int, *, used: int = 0
) -> tuple[int, int]:
    while right < end and used + widths[right] <= room:
        used += widths[right]
        right += 1
    return right, used


def _backward(widths: list[int], left: int, *, room: int, used: int) -> tuple[int, int]:
    while left > 0 and used + widths[left - 1] <= room:
        left -= 1
        used += widths[left]
    return left, used


def _place(entry: NotKnown) -> str:
    if entry.span is None:
        return ""
    return f"{shown(entry.span.source.name)}:{entry.span.line}:{entry.span.column}: "


def _not_known(entry: NotKnown, paint: _Paint) -> str:
    return f"{paint(_YELLOW, 'not known')}: {shown(entry.check)}: needs {shown(entry.needs)}"
