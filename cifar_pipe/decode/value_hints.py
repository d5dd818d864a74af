"""The nearest right value, where there is one: habits of other languages and countries."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from cifar_pipe.diagnostics.suggest import habit, same_word
from cifar_pipe.syntax.nodes import ScalarNode
from cifar_pipe.syntax.scalars import COMMENT_RULE

_REFERENCE = re.compile(r"\$(vars|data|block)\.\w")
_COMMENT = re.compile(r"\s(//|;|--)(\s|$)")
_NUMBERS: tuple[tuple[str, Callable[[str], str]], ...] = (
    (r"[+-]?\d+,\d+", lambda text: text.replace(",", ".")),
    (r"[+-]?\d+(_\d+)+(\.\d+)?", lambda text: text.replace("_", "")),
    (r"\d+(\.\d+)?\s*%", lambda text: f"{float(text.rstrip('% ')) / 100:g}"),
)


def nearest_value(node: ScalarNode, error: str, allowed: Collection[str]) -> str | None:
    """`error` is Pydantic's type of what is wrong; `allowed` are the words of a list of choices."""
    match node.value:
        case str(text):
            return _of_text(text, node, error, allowed)
        case float(value) if value.is_integer() and error.startswith("int"):
            return f"write {int(value)}"
        case bool() | int() | float() if error == "string_type":
            span = node.span
            written = span.source.lines[span.line - 1][span.column - 1 : span.end_column - 1]
            return f'quote it: "{written}"'
    return None


def _of_text(text: str, node: ScalarNode, error: str, allowed: Collection[str]) -> str | None:
    if not node.plain:
        is_no_text = _is_number(text) or _REFERENCE.match(text)
        return "leave the quotes out" if is_no_text else _word(text, allowed)
    for pattern, change in _NUMBERS:
        if re.fullmatch(pattern, text):
            return f"write {change(text)}"
    if _COMMENT.search(text):
        return COMMENT_RULE
    if re.fullmatch(r"\([^()]*,[^()]*\)", text):
        return f"write [{text.strip('()').strip(', ')}]"
    if error == "list_type":
        return f"write [{text}]"
    return _word(text, allowed)


def _word(text: str, allowed: Collection[str]) -> str | None:
    found = same_word(text, allowed) or habit(text, allowed)
    return f"did you mean `{found}`?" if found else None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
