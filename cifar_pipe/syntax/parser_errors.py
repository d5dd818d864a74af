"""What a YAML parser says about wrong syntax, in words for people.

The C and the Python parser of PyYAML word the same mistake differently, so their words are only
searched for what distinguishes the mistakes; what is written at the place is read from the text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import yaml

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Source, Span
from cifar_pipe.syntax import parser_stops as at
from cifar_pipe.syntax.limits import DEEPEST
from cifar_pipe.syntax.scalars import COMMENT_RULE


class _Row(NamedTuple):
    """One mistake: `pattern` is found in the parser's problem or, a line below, its context.

    The first row counts whose `place` gives a span. In message and help, {found} is what is where
    the parser stopped; {words} is what is at `place` and {quoted} the same in quotes, with {name}
    and {value} around its first colon and {rest} after its first character; {opening} is the
    bracket since which it was read, {closing} the one that closes it. `begins` labels that place.
    """

    pattern: str
    place: at.Place
    message: str
    help: str | None = None
    begins: str | None = None
    code: str = "syntax"


def report_parser_error(
    error: yaml.MarkedYAMLError, source: Source, findings: Findings, *, column_offset: int = 0
) -> None:
    problem = at.word_at(error.problem_mark, source, column_offset)
    since = error.context_mark and at.word_at(error.context_mark, source, column_offset)
    stop = at.Stop(source, problem, since or problem)
    description = f"{error.problem or ''}\n{error.context or ''}"
    for row in _ROWS:
        place = row.place(stop) if re.search(row.pattern, description) else None
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
        "closing": {"[": "]", "{": "}"}.get(opening, ""),
    }
    message, help_, begins = (
        text and text.format(**fields) for text in (row.message, row.help, row.begins)
    )
    related = [(stop.since, begins)] if begins else ()
    findings.add(row.code, message or "", place, help=help_, related=related)


# Patterns.
_BRACKET = "',' or"
_NO_NODE = "node content.*\n.*block|<document start>"
_NOT_ALLOWED = "(values|keys) are not allowed"
_NO_COLON = "find expected ':'"
_BLOCK_MAPPING = "a block mapping"
_QUOTE = "of stream|unexpected document"

# Messages, and labels of where something began.
_TOO_DEEP = f"the document is nested more than {DEEPEST} levels deep"
_VERSION = "this version of YAML is not known"
_EXPECTED = "expected `,` or `{closing}`, found {found}"
_OPENED = "`{opening}` is opened here"
_JOINED_KEY = "`{words}` is one word: the colon has no space after it"
_LIST = "a list cannot begin on the line of its key"
_DOCUMENT = "the document ends above, and {found} follows"
_DASH = "an item of a list has a space after its dash"
_ITEM = "another `- item` of the list is expected here"
_KEY_VALUE = "a `key: value` is expected here"
_NOT_AN_ITEM = "expected another `- item` of the list, found {found}"
_NOT_A_KEY = "expected another key of the mapping, found {found}"
_MAPPING = "the mapping begins here"
_NAME = "a name is expected after `{words}`"
_BEGIN = "a value cannot begin with {quoted}"
_BLOCK_SCALAR = "{found} cannot follow the `|` or `>` of a text of several lines"
_DIRECTIVE = "a line that begins with % is a YAML directive, and YAML has none of this name"

# Helps.
_BY_COLUMN = "keys of one mapping start in the same column, and the line above may lack a `:`"
_SECOND_COLON = "quote the value if the colon belongs to it, or write {{key: value}}"
_ESCAPE = "write `\\\\` for a backslash, or put the text in single quotes"
_NO_TAG = "leave it out; quote text that begins with !"
_NO_VALUE = "write `{words} VALUE`, or leave the key out"
_INDENTATION = "check the indentation"
_WHOLE = "quote the whole value"

_ROWS = (
    _Row("", at.tab, "a tab is used where YAML takes spaces only", "indent with spaces"),
    _Row("", at.comment, f"{COMMENT_RULE}, not with `{{words}}`"),
    # libyaml from 0.2.6 on stops by itself before its events show how deep it is.
    _Row("nesting depth", at.here, _TOO_DEEP, code="too-large"),
    _Row("incompatible YAML", at.here, _VERSION, "delete the %YAML line, or write %YAML 1.2"),
    _Row(_BRACKET, at.unclosed, "`{words}` is never closed", "add `{closing}`"),
    _Row(_BRACKET, at.braces, _EXPECTED, "a reference has no braces: $vars.NAME", _OPENED),
    _Row(_BRACKET, at.here, _EXPECTED, begins=_OPENED),
    _Row(_NO_NODE, at.bracket, "{found} closes nothing", "delete it, or quote the text"),
    _Row("node content", at.here, "expected a value, found {found}"),
    _Row(_NOT_ALLOWED, at.second_colon, "a second `: ` on one line", _SECOND_COLON),
    _Row(_NOT_ALLOWED, at.joined_key, _JOINED_KEY, "write `{name}: {value}`"),
    _Row(_NOT_ALLOWED, at.key_before, "the key `{words}` is not allowed here", _BY_COLUMN),
    _Row("entries are not allowed", at.here, _LIST, "begin it on the next line, or write [a, b]"),
    _Row("<document start>", at.here, _DOCUMENT, "a pipeline is one document"),
    _Row(_NO_COLON, at.line_like(r"-[^\s-]"), _DASH, "put a space after the dash: `- {rest}`"),
    _Row(_NO_COLON, at.item_without_dash, _ITEM, "write `- {words}`"),
    _Row(_NO_COLON, at.line_like(".*:"), _KEY_VALUE, "put a space after the colon"),
    _Row(_NO_COLON, at.line_since, _KEY_VALUE, "put `: ` after the key"),
    _Row("unexpected ':'", at.word_before, "`{words}` has no value", _NO_VALUE),
    _Row("unexpected ':'", at.here, "`:` is not allowed here", "quote the text that it belongs to"),
    _Row("a block collection", at.here, _NOT_AN_ITEM, _INDENTATION, "the list begins here"),
    _Row(_BLOCK_MAPPING, at.bracket, "{found} closes nothing", "delete it, or quote the text"),
    _Row(_BLOCK_MAPPING, at.after_value, "{found} cannot follow a value", _WHOLE, _MAPPING),
    _Row(_BLOCK_MAPPING, at.here, _NOT_A_KEY, _INDENTATION, _MAPPING),
    _Row(_QUOTE, at.mark_since, "this quote is never closed", "add `{words}`"),
    _Row("quoted scalar", at.escape, "`{words}` is not an escape that YAML reads", _ESCAPE),
    _Row("an alias", at.alias_as_item, _NAME, "an item of a list begins with `- `"),
    _Row("an (alias|anchor)", at.mark_since, _NAME, "quote text that begins with {words}"),
    _Row("cannot start any token", at.mark, _BEGIN, "quote the value"),
    _Row("a block scalar", at.here, _BLOCK_SCALAR, "begin the text on the next line"),
    _Row(" tag|a node", at.since, "this is a YAML tag; a pipeline has none", _NO_TAG, code="tag"),
    _Row("directive", at.since, _DIRECTIVE, "delete the line"),
)
