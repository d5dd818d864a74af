"""What a YAML parser says of wrong syntax, in words for people.

The C and the Python parser of PyYAML word the same mistake differently, so their words are only
looked through for what tells the mistakes apart; what stands at the place is read from the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml

from cifar_pipe.decode.value_hints import COMMENT
from cifar_pipe.diagnostics.findings import Finding
from cifar_pipe.diagnostics.spans import Source, Span
from cifar_pipe.syntax.limits import DEEPEST

_WORD = re.compile(r"[\w.$%@`&*!/+-]+|\S", re.ASCII)
_COMMENT = re.compile(r"\s*(//|;+|--(?!-)|/\*)")
_CLOSING = {"[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class _Mistake:
    """`problem` and `context` are the parser's words, `at` and `since` where it saw them."""

    source: Source
    problem: str
    context: str
    at: Span
    since: Span

    @property
    def found(self) -> str:
        """The word that stands at the place, quoted, or that the text ends there."""
        word = _text(self.at)
        return f"`{word}`" if word else "the end of the text"

    @property
    def at_end(self) -> bool:
        return not _text(self.at)

    def tell(
        self,
        message: str,
        *,
        at: Span | None = None,
        help: str | None = None,  # noqa: A002
        related: tuple[tuple[Span, str], ...] = (),
        code: str = "syntax",
    ) -> Finding:
        return Finding(code, message, at or self.at, (), help, related)


def explain(error: yaml.MarkedYAMLError, source: Source, *, column_offset: int = 0) -> Finding:
    """The finding that says what is wrong where the parser stopped."""
    at = _at(error.problem_mark, source, column_offset)
    since = _at(error.context_mark, source, column_offset) if error.context_mark else at
    mistake = _Mistake(source, error.problem or "", error.context or "", at, since)
    sure = _tab(mistake) or _comment(mistake)
    if sure is not None:
        return sure
    for words, tell in _MISTAKES:
        if words in mistake.problem or words in mistake.context:
            return tell(mistake)
    return mistake.tell(f"this is not YAML: {mistake.problem or error}")


def _at(mark: Any, source: Source, offset: int) -> Span:
    """The word at the mark; behind the last word where the mark is the end of the text."""
    line = mark.line + 1
    column = mark.column + 1 + (offset if line == 1 else 0)
    if line <= len(source.lines):
        text = source.lines[line - 1]
        word = _WORD.match(text, column - 1)
        if text[column - 1 : column] == "\t":
            return Span(source, line, column, column + 1)
        if word is not None:
            return Span(source, line, column, column + len(word[0]))
        if text[column - 1 :].strip() or any(rest.strip() for rest in source.lines[line:]):
            return Span(source, line, column, column)
    return _end(source)


def _end(source: Source) -> Span:
    lines = source.lines
    last = max((n for n, line in enumerate(lines, 1) if line.strip()), default=1)
    column = len(lines[last - 1].rstrip()) + 1 if lines else 1
    return Span(source, last, column, column)


def _text(span: Span) -> str:
    if span.line > len(span.source.lines):
        return ""
    return span.source.lines[span.line - 1][span.column - 1 : span.end_column - 1]


def _tab(mistake: _Mistake) -> Finding | None:
    line = mistake.source.lines[mistake.at.line - 1] if mistake.source.lines else ""
    indentation = line[: len(line) - len(line.lstrip())]
    column = mistake.at.column if line[mistake.at.column - 1 :].startswith("\t") else 0
    column = column or indentation.find("\t") + 1
    if not column:
        return None
    return mistake.tell(
        "a tab stands where YAML takes spaces only",
        at=Span(mistake.source, mistake.at.line, column, column + 1),
        help="indent with spaces",
    )


def _comment(mistake: _Mistake) -> Finding | None:
    """A line that is a comment in another language, at the place or just above it."""
    lines = mistake.source.lines
    for number in (mistake.since.line, mistake.at.line, mistake.at.line - 1):
        found = _COMMENT.match(lines[number - 1]) if 0 < number <= len(lines) else None
        if found is not None:
            start, end = found.span(1)
            return mistake.tell(
                f"{COMMENT}, not with `{found[1]}`",
                at=Span(mistake.source, number, start + 1, end + 1),
            )
    return None


def _flow(mistake: _Mistake) -> Finding:
    bracket = "[" if "sequence" in mistake.context else "{"
    opening = Span(
        mistake.source, mistake.since.line, mistake.since.column, mistake.since.column + 1
    )
    closing = _CLOSING[bracket]
    if mistake.at_end:
        return mistake.tell(f"`{bracket}` is never closed", at=opening, help=f"add `{closing}`")
    is_expression = _before(mistake.at).endswith("$") and mistake.found.startswith("`{")
    return mistake.tell(
        f"expected `,` or `{closing}`, found {mistake.found}",
        help="a reference has no braces: $vars.NAME" if is_expression else None,
        related=((opening, f"`{bracket}` is opened here"),),
    )


def _before(span: Span) -> str:
    return span.source.lines[span.line - 1][: span.column - 1]


def _value_missing(mistake: _Mistake) -> Finding:
    if "block" in mistake.context and mistake.found in ("`]`", "`}`"):
        return _closes_nothing(mistake)
    return mistake.tell(f"expected a value, found {mistake.found}")


def _closes_nothing(mistake: _Mistake) -> Finding:
    return mistake.tell(f"{mistake.found} closes nothing", help="delete it, or quote the text")


def _second_value(mistake: _Mistake) -> Finding:
    before = _before(mistake.at)
    if re.search(r":\s", before):
        return mistake.tell(
            "a second `: ` on one line",
            help="quote the value if the colon belongs to it, or write {key: value}",
        )
    above = _above(mistake.at)
    if above is not None:
        words, at = above
        name, _, value = words.partition(":")
        return mistake.tell(
            f"`{words}` is one word: the colon has no space behind it",
            at=at,
            help=f"write `{name}: {value}`",
        )
    key = before.strip()
    start = mistake.at.column - len(before.lstrip())
    return mistake.tell(
        f"the key `{key}` cannot stand here" if key else "`:` cannot stand here",
        at=Span(mistake.source, mistake.at.line, start, mistake.at.end_column),
        help="keys of one mapping start in the same column, and the line above may lack a `:`",
    )


def _above(at: Span) -> tuple[str, Span] | None:
    """The line above where it is `key:value`, a word with a colon and nothing else."""
    text = at.source.lines[at.line - 2] if at.line > 1 else ""
    found = re.fullmatch(r"\s*([a-z_]\w*:[^\s:]+)\s*", text)
    if found is None:
        return None
    return found[1], Span(at.source, at.line - 1, found.start(1) + 1, found.end(1) + 1)


def _item_on_key_line(mistake: _Mistake) -> Finding:
    return mistake.tell(
        "a list cannot begin on the line of its key",
        help="begin it on the next line, or write [a, b]",
    )


def _no_colon(mistake: _Mistake) -> Finding:
    line = mistake.source.lines[mistake.since.line - 1]
    words = line[mistake.since.column - 1 :].rstrip()
    at = Span(
        mistake.source,
        mistake.since.line,
        mistake.since.column,
        mistake.since.column + max(1, len(words)),
    )
    if re.match(r"-[^\s-]", words):
        help_ = f"put a space behind the dash: `- {words[1:]}`"
        return mistake.tell("a list's item has a space behind its dash", at=at, help=help_)
    if _is_between_items(mistake.since):
        return mistake.tell(
            "another `- item` of the list is expected here", at=at, help=f"write `- {words}`"
        )
    return mistake.tell(
        "a `key: value` is expected here",
        at=at,
        help="put a space behind the colon" if ":" in words else "put `: ` behind the key",
    )


def _is_between_items(at: Span) -> bool:
    """Whether the line above is an item of a list that starts in the same column."""
    above = at.source.lines[at.line - 2] if at.line > 1 else ""
    return above.startswith(f"{' ' * (at.column - 1)}- ")


def _no_value(mistake: _Mistake) -> Finding:
    line = mistake.source.lines[mistake.at.line - 1]
    before = line[: mistake.at.column - 1]
    found = re.search(r"[\w.-]+$", before)
    if found is None:
        return mistake.tell("`:` cannot stand here", help="quote the text that it belongs to")
    key, start = found[0], found.start() + 1
    at = Span(mistake.source, mistake.at.line, start, mistake.at.column + 1)
    return mistake.tell(
        f"`{key}:` has no value", at=at, help=f"write `{key}: VALUE`, or leave the key out"
    )


def _no_item(mistake: _Mistake) -> Finding:
    return mistake.tell(
        f"expected another `- item` of the list, found {mistake.found}",
        help="check the indentation",
        related=((mistake.since, "the list begins here"),),
    )


def _no_key(mistake: _Mistake) -> Finding:
    behind = _before(mistake.at).strip()
    return mistake.tell(
        f"{mistake.found} cannot stand behind a value"
        if behind
        else f"expected another key of the mapping, found {mistake.found}",
        help="quote the whole value" if behind else "check the indentation",
        related=((mistake.since, "the mapping begins here"),),
    )


def _open_quote(mistake: _Mistake) -> Finding:
    at = Span(mistake.source, mistake.since.line, mistake.since.column, mistake.since.column + 1)
    quote = _text(at) or '"'
    return mistake.tell("this quote is never closed", at=at, help=f"add `{quote}`")


def _escape(mistake: _Mistake) -> Finding:
    # The Python parser points behind the backslash.
    line = mistake.source.lines[mistake.at.line - 1]
    column = line.rfind("\\", 0, mistake.at.column) + 1 or mistake.at.column
    return mistake.tell(
        f"`{line[column - 1 : column + 1]}` is no escape that YAML reads",
        at=Span(mistake.source, mistake.at.line, column, column + 2),
        help="write `\\\\` for a backslash, or put the text in single quotes",
    )


def _anchor(mistake: _Mistake) -> Finding:
    sign = "*" if "alias" in mistake.context else "&"
    at = Span(mistake.source, mistake.since.line, mistake.since.column, mistake.since.column + 1)
    is_item = sign == "*" and not _before(at).strip()
    return mistake.tell(
        f"a name is expected behind `{sign}`",
        at=at,
        help="an item of a list begins with `- `"
        if is_item
        else f"quote text that begins with {sign}",
    )


def _wrong_start(mistake: _Mistake) -> Finding:
    at = Span(mistake.source, mistake.at.line, mistake.at.column, mistake.at.column + 1)
    character = "a backtick" if _text(at) == "`" else f"`{_text(at)}`"
    return mistake.tell(f"a value cannot begin with {character}", at=at, help="quote the value")


def _tag(mistake: _Mistake) -> Finding:
    return mistake.tell(
        "this is a YAML tag; a pipeline has none",
        at=mistake.since,
        code="tag",
        help="leave it out; quote text that begins with !",
    )


def _directive(mistake: _Mistake) -> Finding:
    return mistake.tell(
        "a line that begins with % is a YAML directive, and this is none that there is",
        at=mistake.since,
        help="delete the line",
    )


def _block_scalar(mistake: _Mistake) -> Finding:
    return mistake.tell(
        f"{mistake.found} cannot stand behind the `|` or `>` of a text of several lines",
        help="begin the text on the next line",
    )


def _document(mistake: _Mistake) -> Finding:
    if mistake.found in ("`]`", "`}`"):
        return _closes_nothing(mistake)
    return mistake.tell(
        f"the document ends above, and {mistake.found} follows",
        help="a pipeline is one document",
    )


def _version(mistake: _Mistake) -> Finding:
    return mistake.tell(
        "this version of YAML is not known", help="delete the %YAML line, or write %YAML 1.2"
    )


# The first row whose words stand in the parser's problem or context rules.
def _too_deep(mistake: _Mistake) -> Finding:
    # libyaml from 0.2.6 on stops by itself before its events tell how deep it is.
    return mistake.tell(f"the document is nested more than {DEEPEST} levels deep", code="too-large")


_MISTAKES: tuple[tuple[str, Callable[[_Mistake], Finding]], ...] = (
    ("nesting depth", _too_deep),
    ("incompatible YAML", _version),
    ("expected ',' or", _flow),
    ("node content", _value_missing),
    ("mapping values are not allowed", _second_value),
    ("mapping keys are not allowed", _second_value),
    ("sequence entries are not allowed", _item_on_key_line),
    ("<document start>", _document),
    ("could not find expected ':'", _no_colon),
    ("unexpected ':'", _no_value),
    ("a block collection", _no_item),
    ("a block mapping", _no_key),
    ("end of stream", _open_quote),
    ("unexpected document", _open_quote),
    ("quoted scalar", _escape),
    ("an alias", _anchor),
    ("an anchor", _anchor),
    ("cannot start any token", _wrong_start),
    ("a block scalar", _block_scalar),
    (" tag", _tag),
    ("a node", _tag),
    ("directive", _directive),
)
