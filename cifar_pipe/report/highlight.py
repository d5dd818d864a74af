"""Light colouring of YAML: comments, keys, strings, numbers, references."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup

_TOKEN = re.compile(
    r"""
      (?P<comment>(?:(?<=\s)|^)\#.*$)
    | (?P<key>(?:"(?:\\.|[^"\\])*"|'[^']*'|[\w.$-]+)(?=:(?:\s|$)))
    | (?P<string>"(?:\\.|[^"\\])*"|'(?:''|[^'])*')
    | (?P<reference>(?<![\w$])\$[\w.]+)
    | (?P<number>(?<![\w.$/-])[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w./-]))
    | (?P<word>(?<![\w.$/-])(?:true|false|null)(?![\w./-]))
    """,
    re.VERBOSE | re.MULTILINE,
)


def yaml_markup(text: str, marked: Sequence[tuple[int, int]] = ()) -> Markup:
    """`text` as HTML, every token in a span of its class (`y-key` …), all else escaped. `marked` are
    ranges of characters, in order, that are marked.
    """
    parts: list[Markup] = []
    end = 0
    for first, behind in marked:
        parts += [
            _tokens(text[end:first]),
            Markup("<mark>{}</mark>").format(_tokens(text[first:behind])),
        ]
        end = behind
    return Markup("").join([*parts, _tokens(text[end:])])


def _tokens(text: str) -> Markup:
    parts: list[Markup] = []
    end = 0
    for found in _TOKEN.finditer(text):
        span = Markup('<span class="y-{}">{}</span>').format(found.lastgroup, found.group())
        parts += [Markup.escape(text[end : found.start()]), span]
        end = found.end()
    return Markup("").join([*parts, text[end:]])
