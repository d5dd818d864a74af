"""What a YAML parser says about wrong syntax, in words for people.

The C and the Python parser of PyYAML word the same mistake differently, so their words are only
searched for what distinguishes the mistakes; what is written at the place is read from the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import yaml

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Source, Span
from cifar_pipe.syntax import parser_stops as at
from cifar_pipe.syntax.limits import DEEPEST
from cifar_pipe.syntax.scalars import COMMENT_RULE

_CLOSING = {"[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class _Row:
    """One mistake: `pattern` is found in the parser's problem or, a line below, its context.

    The first row counts whose `place` gives a span. In message and help, {found} is what is where
    the parser stopped; {words} is what is at `place` and {quoted} the same in quotes, with {name}
    and {value} around its first colon and {rest} after its first character; {opening} is the
    bracket since which it was read, {closing} the one that closes it. `begins` labels that place.
    """

    pattern: str
    place: Callable[[at.Stop], Span | None]
    message: str
    help: str | None = None
    begins: str | None = None


def report_parser_error(
    error: yaml.MarkedYAMLError, source: Source, findings: Findings, *, column_offset: int = 0
) -> None:
    """Adds the finding that says what is wrong where the parser stopped."""
    problem = at.word_at(error.problem_mark, source, column_offset)
    since = error.context_mark and at.word_at(error.context_mark, source, column_offset)
    stop = at.Stop(source, problem, since or problem)
    said = f"{error.problem or ''}\n{error.context or ''}"
    for row in _ROWS:
        place = row.place(stop) if re.search(row.pattern, said) else None
        if place is not None:
            _report(row, stop, place, findings)
            return
    findings.add("syntax", f"this is not YAML: {error.problem or error}", problem)


def _report(row: _Row, stop: at.Stop, place: Span, findings: Findings) -> None:
    found, words, opening = at.text_of(stop.at), at.text_of(place), at.text_of(stop.since)[:1]
    name, _, value = words.partition(":")
    fields = {
        "found": f"`{found}`" if found else "the end of the text",
        "words": words,
        "quoted": "a backtick" if words == "`" else f"`{words}`",
        "name": name,
        "value": value,
        "rest": words[1:],
        "opening": opening,
        "closing": _CLOSING.get(opening, ""),
    }
    findings.add(
        _CODES.get(row.pattern, "syntax"),
        row.message.format(**fields),
        place,
        help=row.help.format(**fields) if row.help else None,
        related=[(stop.since, row.begins.format(**fields))] if row.begins else (),
    )


_BY_COLUMN = "keys of one mapping start in the same column, and the line above may lack a `:`"
_EXPECTED = "expected `,` or `{closing}`, found {found}"
_OPENED = "`{opening}` is opened here"
_MAPPING = "the mapping begins here"
_CODES = {"nesting depth": "too-large", " tag|a node": "tag"}

_ROWS = (
    _Row("", at.tab, "a tab is used where YAML takes spaces only", "indent with spaces"),
    _Row("", at.comment, f"{COMMENT_RULE}, not with `{{words}}`"),
    # libyaml from 0.2.6 on stops by itself before its events show how deep it is.
    _Row("nesting depth", at.here, f"the document is nested more than {DEEPEST} levels deep"),
    _Row(
        "incompatible YAML",
        at.here,
        "this version of YAML is not known",
        "delete the %YAML line, or write %YAML 1.2",
    ),
    _Row("',' or", at.unclosed, "`{words}` is never closed", "add `{closing}`"),
    _Row("',' or", at.braces, _EXPECTED, "a reference has no braces: $vars.NAME", _OPENED),
    _Row("',' or", at.here, _EXPECTED, None, _OPENED),
    _Row(
        "node content.*\n.*block|<document start>",
        at.bracket,
        "{found} closes nothing",
        "delete it, or quote the text",
    ),
    _Row("node content", at.here, "expected a value, found {found}"),
    _Row(
        "(values|keys) are not allowed",
        at.second_colon,
        "a second `: ` on one line",
        "quote the value if the colon belongs to it, or write {{key: value}}",
    ),
    _Row(
        "(values|keys) are not allowed",
        at.joined_key,
        "`{words}` is one word: the colon has no space after it",
        "write `{name}: {value}`",
    ),
    _Row("(values|keys) are not allowed", at.key_before, "`{words}` cannot be here", _BY_COLUMN),
    _Row(
        "entries are not allowed",
        at.here,
        "a list cannot begin on the line of its key",
        "begin it on the next line, or write [a, b]",
    ),
    _Row(
        "<document start>",
        at.here,
        "the document ends above, and {found} follows",
        "a pipeline is one document",
    ),
    _Row(
        "find expected ':'",
        at.line_like(r"-[^\s-]"),
        "an item of a list has a space after its dash",
        "put a space after the dash: `- {rest}`",
    ),
    _Row(
        "find expected ':'",
        at.item_without_dash,
        "another `- item` of the list is expected here",
        "write `- {words}`",
    ),
    _Row(
        "find expected ':'",
        at.line_like(".*:"),
        "a `key: value` is expected here",
        "put a space after the colon",
    ),
    _Row(
        "find expected ':'",
        at.line_since,
        "a `key: value` is expected here",
        "put `: ` after the key",
    ),
    _Row(
        "unexpected ':'",
        at.word_before,
        "`{words}` has no value",
        "write `{words} VALUE`, or leave the key out",
    ),
    _Row("unexpected ':'", at.here, "`:` cannot be here", "quote the text that it belongs to"),
    _Row(
        "a block collection",
        at.here,
        "expected another `- item` of the list, found {found}",
        "check the indentation",
        "the list begins here",
    ),
    _Row(
        "a block mapping",
        at.after_value,
        "{found} cannot follow a value",
        "quote the whole value",
        _MAPPING,
    ),
    _Row(
        "a block mapping",
        at.here,
        "expected another key of the mapping, found {found}",
        "check the indentation",
        _MAPPING,
    ),
    _Row(
        "of stream|unexpected document",
        at.mark_since,
        "this quote is never closed",
        "add `{words}`",
    ),
    _Row(
        "quoted scalar",
        at.escape,
        "`{words}` is not an escape that YAML reads",
        "write `\\\\` for a backslash, or put the text in single quotes",
    ),
    _Row(
        "an alias",
        at.alias_as_item,
        "a name is expected after `{words}`",
        "an item of a list begins with `- `",
    ),
    _Row(
        "an (alias|anchor)",
        at.mark_since,
        "a name is expected after `{words}`",
        "quote text that begins with {words}",
    ),
    _Row(
        "cannot start any token", at.mark, "a value cannot begin with {quoted}", "quote the value"
    ),
    _Row(
        "a block scalar",
        at.here,
        "{found} cannot follow the `|` or `>` of a text of several lines",
        "begin the text on the next line",
    ),
    _Row(
        " tag|a node",
        at.since,
        "this is a YAML tag; a pipeline has none",
        "leave it out; quote text that begins with !",
    ),
    _Row(
        "directive",
        at.since,
        "a line that begins with % is a YAML directive, and YAML has none of this name",
        "delete the line",
    ),
)
