"""What gets into a pipeline with pasted text, and how each of it is mended."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from cifar_pipe.diagnostics.confusables import replacement
from cifar_pipe.syntax.repairs.plain_lines import plain_line

Changes = Mapping[int, str]
"""The new lines, by the index of those that they replace; `""` for one that is taken out."""

Change = Callable[[Sequence[str], int], Changes]
"""What mends the line at the index, with the other lines that belong to it; empty where it is none
of this kind.
"""


class Row(NamedTuple):
    """One kind of mistake.

    In the message {words} is what is wrong in the first changed line, and {lines} in the note are
    the other lines. `whole` shows the whole line, `word` the word around the change. Without `help`
    it says what to write, or to delete.
    """

    change: Change
    message: str
    help: str | None = None
    note: str = "the same in {lines}"
    whole: bool = False
    word: bool = False

    def help_for(self, words: str, fixed: str, *, is_line: bool) -> str:
        if self.help:
            return self.help
        if unusual := replacement(words, fixed):
            return unusual
        if not fixed.strip():
            return (
                "write a space in its place" if fixed else f"delete {'the line' * is_line or 'it'}"
            )
        return f"write `{fixed}`"


def _line(pattern: str, replaced: str = "") -> Change:
    """Every line like the pattern by itself."""
    compiled = re.compile(pattern, re.ASCII)

    def change(lines: Sequence[str], index: int) -> Changes:
        found = compiled.fullmatch(lines[index])
        return {index: found.expand(replaced)} if found else {}

    return change


def _lines(pattern: str, replaced: str) -> Change:
    """All lines like the pattern, where the one at the index is."""
    one = _line(pattern, replaced)

    def change(lines: Sequence[str], index: int) -> Changes:
        if not one(lines, index):
            return {}
        return {at: new for n in range(len(lines)) for at, new in one(lines, n).items()}

    return change


def _replaced(pattern: str, by: str) -> Change:
    """Every part of the line that is like the pattern."""

    def change(lines: Sequence[str], index: int) -> Changes:
        new = re.sub(pattern, by, lines[index])
        return {index: new} if new != lines[index] else {}

    return change


def _look_alikes(wide: int) -> Change:
    def change(lines: Sequence[str], index: int) -> Changes:
        line = lines[index]
        new = plain_line(line, wide=wide)
        return {index: new} if new != line else {}

    return change


_FENCE = re.compile(r"\s*(```|~~~)[\w-]*\s*")


def _fences(lines: Sequence[str], index: int) -> Changes:
    """The line that opens a code block and the one that closes it."""
    if not _FENCE.fullmatch(lines[index]):
        return {}
    return {at: "" for at, line in enumerate(lines) if _FENCE.fullmatch(line)}


_MARKER = re.compile(r"(<{7}|={7}|>{7}|\|{7})(\s.*)?")


def _conflict(lines: Sequence[str], index: int) -> Changes:
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


def _diff(instead: str) -> Change:
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


_NUMBER = r"\s*\d+(?:\s*[:|\u2502.)])?"
_CONTENT = r"((?:\s*(?:- |\w[\w ]*:|[{#}\]]).*)?)"
_KEY = r"(\s*(?:- )?)([A-Za-z_][\w-]*)"
_PROMPT = (
    r"(?:\.\.\. .+|(?:\$|%|>>>|In \[\d+\]:|PS [^>]*>|C:\\[^>]*>|\(\w+\) \S*\$"
    r"|[\w.-]+@[\w.-]+:?\S*\s*[$#%])(?: .*)?)"
)
_COMMAND = (
    r"(?:pip|python3?|cat|cd|curl|wget|git|sudo|tee|nano|vim?|conda|cifar-pipe|echo) [^:]*|EOF"
)
_PYTHON = (
    r"import [\w., ]+|from [\w.]+ import .*|(?:def|class) .*:|print\(.*\)|if __name__ .*"
    r"|%%?[a-z]+(?: .*)?|!(?:pip|cat|python)\b.*"
)
_CAPTION = (
    r"(?:yaml|YAML|yml|Copy|Copy code|Copied!?|\u590d\u5236(?:\u4ee3\u7801)?|Edit|plaintext)"
    r"(?: ?Copy(?: code)?)?"
)
_HTML = r"(?:\s*</?(?:pre|code|div|p|br|span|html|body)\b[^>]*>)+\s*"
_PROSE = r"[A-Za-z][\w',.!-]*(?: [\w'\"`,./()!-]+){3,}[.!?:]?"

_CONFLICT_HELP = "keep the lines of one side, and delete the markers and the other side"

ROWS = (
    Row(
        _conflict,
        "`{words}` marks a merge conflict that was not resolved",
        _CONFLICT_HELP,
        "the conflict goes on in {lines}",
    ),
    Row(
        _fences,
        "this is the fence of a code block in Markdown, not a part of the pipeline",
        note="the block has its other fence in {lines}",
    ),
    *(
        Row(_look_alikes(wide), "a character here is not the one that it looks like", word=True)
        for wide in (1, 2)
    ),
    Row(
        _line(r"(?:>>>|\.\.\.|\$|In \[\d+\]:) (\s*(?:- |\w+:).*)", r"\1"),
        "a prompt is not a part of the pipeline",
    ),
    Row(_line(_PROMPT), "`{words}` is a line of a terminal, not of a pipeline"),
    Row(_line(_COMMAND), "`{words}` is a command, not a part of the pipeline"),
    Row(_line(_PYTHON), "`{words}` is a line of a program, not of a pipeline"),
    Row(_line(_CAPTION), "`{words}` is a caption, not a part of the pipeline"),
    Row(_line(_HTML), "`{words}` is HTML, not YAML"),
    Row(_replaced("&nbsp;", " "), "`&nbsp;` is HTML, not YAML"),
    Row(_line(r"\s+\.\.\.\s*|\s*\u2026\s*"), "`{words}` stands for lines that are left out"),
    *(
        Row(_diff(instead), "this is a part of a diff", note="the diff goes on in {lines}")
        for instead in ("", " ")
    ),
    Row(
        _line(r"-\s{2,}\S.*"),
        "a line with `-` in the first column is an item of a list, or was removed in a diff",
        "delete the line, or its `-`",
    ),
    *(
        Row(_lines(_NUMBER + space + _CONTENT, r"\1"), "this is the number of a line")
        for space in ("[ \t]", "")
    ),
    *(
        Row(_lines(rf">{space}(.*)", r"\1"), "`>` marks a quotation, not a part of the pipeline")
        for space in (" ", "")
    ),
    Row(
        _line(_KEY + r"\s*(?::=|[=-]>|=(?!=))\s*(\S.*?)\s*", r"\1\2: \3"),
        "`{words}` has no colon between key and value",
        whole=True,
    ),
    Row(
        _replaced(r"\$\{(vars|data|block)[.:](\w[\w.]*)\}", r"$\1.\2"),
        "a reference has no braces",
        word=True,
    ),
    Row(
        _replaced(r"(?:%\(|\$\{)(?:oc\.env:|env:)?(\w+)(?:\)[sd]|\})", r"$vars.\1"),
        "this is no reference: one is $vars.NAME or $data.NAME",
        word=True,
    ),
    Row(
        _line(r"(.*[}\])\"'])\s*[,;]\s*", r"\1"),
        "`{words}` has no place at the end of this line",
    ),
    Row(
        _line(r"(.*:\s+|\s*- |.*, )`([^`]*)`(.*)", r"\1\2\3"),
        "a value has no backticks around it",
        word=True,
    ),
    Row(
        _line(_PROSE),
        "`{words}` is text, not a part of the pipeline",
        "delete the line, or begin it with `# `",
    ),
)
