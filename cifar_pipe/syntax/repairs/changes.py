"""What mends single lines of a text, and what belongs to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from cifar_pipe.syntax.repairs.plain_lines import plain_line

Changes = Mapping[int, str]
"""The new lines, by the index of those that they replace; `""` for one that is taken out."""

Change = Callable[[Sequence[str], int], Changes]
"""What mends the line at the index, with the other lines that belong to it; empty where it is none
of this kind.
"""


def line(pattern: str, replaced: str = "") -> Change:
    """Every line like the pattern by itself."""
    compiled = re.compile(pattern, re.ASCII)

    def change(lines: Sequence[str], index: int) -> Changes:
        found = compiled.fullmatch(lines[index])
        return {index: found.expand(replaced)} if found else {}

    return change


def lines(pattern: str, replaced: str) -> Change:
    """All lines like the pattern, where the one at the index is."""
    one = line(pattern, replaced)

    def change(lines: Sequence[str], index: int) -> Changes:
        if not one(lines, index):
            return {}
        return {at: new for n in range(len(lines)) for at, new in one(lines, n).items()}

    return change


def replaced(pattern: str, by: str) -> Change:
    """Every part of the line that is like the pattern."""

    def change(lines: Sequence[str], index: int) -> Changes:
        new = re.sub(pattern, by, lines[index])
        return {index: new} if new != lines[index] else {}

    return change


def look_alikes(wide: int) -> Change:
    def change(lines: Sequence[str], index: int) -> Changes:
        line = lines[index]
        new = plain_line(line, wide=wide)
        return {index: new} if new != line else {}

    return change


_FENCE = re.compile(r"\s*(```|~~~)[\w-]*\s*")


def fences(lines: Sequence[str], index: int) -> Changes:
    """The line that opens a code block and the one that closes it."""
    if not _FENCE.fullmatch(lines[index]):
        return {}
    return {at: "" for at, line in enumerate(lines) if _FENCE.fullmatch(line)}


_MARKER = re.compile(r"(<{7}|={7}|>{7}|\|{7})(\s.*)?")


def conflict(lines: Sequence[str], index: int) -> Changes:
    """The markers of a conflict, and all but its first side."""
    if not _MARKER.fullmatch(lines[index]):
        return {}
    changes: dict[int, str] = {}
    keeps = True
    for at, line in enumerate(lines):
        if _MARKER.fullmatch(line):
            keeps = line[0] in "<>"
            changes[at] = ""
        elif not keeps:
            changes[at] = ""
    return changes


_DIFF_HEADER = (
    r"diff --git .*|index [0-9a-f]{6,}\.\..*|--- \S.*|\+\+\+ \S.*|@@ .*@@.*|\\ No newline.*"
)
_DIFF = re.compile(rf"(?P<header>{_DIFF_HEADER})|(?P<sign>[+-])(?P<line>(?!-).*)")


def diff(instead: str) -> Change:
    """The lines of a diff: added ones without their sign, removed ones and headers taken out."""

    def change(lines: Sequence[str], index: int) -> Changes:
        if not _DIFF.fullmatch(lines[index]):
            return {}
        marked = {at: found for at, line in enumerate(lines) if (found := _DIFF.fullmatch(line))}
        if all(found["sign"] == "-" for found in marked.values()):
            return {}
        return {
            at: instead + found["line"] if found["sign"] == "+" else ""
            for at, found in marked.items()
        }

    return change


_SIGN = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|(?:^|\s)#.*|[\[\]{}]")
_CLOSING = {"[": "]", "{": "}"}
# A list in braces that goes on with a key: it was to end before.
_UNCLOSED_LIST = re.compile(r"(\{[^{}]*\[[^][{}]*?)(?=,\s*\w+:\s)")


def closed_list(lines: Sequence[str], index: int) -> Changes:
    """The list in braces closed before the next key: `{a: [1, 2, b: 3}`."""
    new = _UNCLOSED_LIST.sub(r"\1]", lines[index], count=1)
    return {index: new} if new != lines[index] else {}


def brackets(lines: Sequence[str], index: int) -> Changes:
    """Each bracket of the line closed by its own, and no other closing ones."""
    line, opened = lines[index], ""
    parts: list[str] = []
    end = 0
    for found in _SIGN.finditer(line):
        sign = found[0]
        if "#" in sign[:2]:
            break
        parts.append(line[end : found.start()])
        end = found.end()
        if sign in _CLOSING:
            opened += _CLOSING[sign]
        elif sign in _CLOSING.values():
            sign, opened = opened[-1:], opened[:-1]
        parts.append(sign)
    text = re.split(r"\s+#", line[end:], maxsplit=1)[0].rstrip()
    new = "".join([*parts, text, *reversed(opened), line[end + len(text) :]])
    return {index: new} if new != line else {}
