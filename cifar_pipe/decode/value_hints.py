"""The nearest right value, where there is one: habits of other languages and countries."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any, Final

from cifar_pipe.decode.python_calls import REFERENCES, value_from
from cifar_pipe.diagnostics.suggest import habit, same_word
from cifar_pipe.syntax.nodes import Node, ScalarNode, SequenceNode
from cifar_pipe.syntax.scalars import COMMENT_RULE
from cifar_pipe.syntax.writer import in_line

Accepts = Callable[[Any], bool]
"""Whether plain data is a right value in the place of the wrong one."""

STATISTICS: Final = {
    "cifar10": {"mean": [0.4914, 0.4822, 0.4465], "std": [0.247, 0.2435, 0.2616]},
    "cifar100": {"mean": [0.5071, 0.4865, 0.4409], "std": [0.2673, 0.2564, 0.2762]},
    "imagenet": {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]},
    "mnist": {"mean": [0.1307], "std": [0.3081]},
    "fashionmnist": {"mean": [0.2860], "std": [0.3530]},
}
"""The mean and standard deviation of a data set's training images, channel by channel."""

_REFERENCE = re.compile(r"\$(vars|data|block)\.\w")
_NO_DOLLAR = re.compile(r"[{<%$(\s]*(vars|data|block)[.:](\w[\w.]*)[\s)}>%]*")
_COMMENT = re.compile(r"\s(//|;|--)(\s|$)")
_WORDS: Final = {
    **dict.fromkeys(("yes", "y", "on", "true", "enable", "enabled", "1"), True),
    **dict.fromkeys(("no", "n", "off", "false", "disable", "disabled", "0"), False),
}
_NULLS = frozenset({"none", "nil", "null", "undefined", "nan", "n/a", "na"})
_NUMBER = r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"


def nearest_value(
    node: Node,
    error: str,
    allowed: Collection[str],
    *,
    name: str = "",
    accepts: Accepts = lambda _: True,
) -> str | None:
    """Help with a right value that was meant, most likely.

    `error` is Pydantic's type of what is wrong; `allowed` are the words of a list of choices; `name`
    is the key's.
    """
    match node:
        case ScalarNode(value=str(text)):
            return _of_text(text, node, error, allowed, name, accepts)
        case SequenceNode(items=(ScalarNode(value=value),)) if accepts(value):
            return f"write {in_line(value)}"
        case ScalarNode(value=bool() | int() | float() | None as value):
            if error == "bool_type":
                return f"write {in_line(bool(value))}" if value in (0, 1) else None
            if isinstance(value, float) and value.is_integer() and accepts(int(value)):
                return f"write {int(value)}"
            if error == "string_type" and value is not None:
                return f"quote it: {_in_quotes(node)}"
    return None


def quoted_items(node: Node) -> str | None:
    """Help for a list of which no item is a text."""
    match node:
        case SequenceNode(items=(_, _, *_) as items) if all(map(_is_no_text, items)):
            return f"quote each: [{', '.join(map(_in_quotes, items))}]"
    return None


def _is_no_text(node: Node) -> bool:
    return isinstance(node, ScalarNode) and isinstance(node.value, bool | int | float)


def _in_quotes(node: Node) -> str:
    span = node.span
    return f'"{span.source.lines[span.line - 1][span.column - 1 : span.end_column - 1]}"'


def is_none(node: Node) -> bool:
    """Whether it is null, or a word for it."""
    match node:
        case ScalarNode(value=None):
            return True
        case ScalarNode(value=str(text), plain=True):
            return text.lower() in _NULLS
    return False


def _of_text(
    text: str,
    node: ScalarNode,
    error: str,
    allowed: Collection[str],
    name: str,
    accepts: Accepts,
) -> str | None:
    if not node.plain and (_is_number(text) or _REFERENCE.match(text)):
        return "leave the quotes out"
    if reference := REFERENCES.get(text):
        return f"write {reference}"
    if place := _NO_DOLLAR.fullmatch(text):
        return f"write ${place[1]}.{place[2]}"
    for value in _meant(text, error, allowed, name):
        if accepts(value):
            return f"write {in_line(value)}"
    if _COMMENT.search(text):
        return COMMENT_RULE
    found = same_word(text, allowed) or habit(text, allowed)
    return f"did you mean `{found}`?" if found else None


def _meant(text: str, error: str, allowed: Collection[str], name: str) -> Iterator[Any]:
    """What may have been meant, the likeliest first."""
    word = text.strip().lower()
    if error == "bool_type" and word in _WORDS:
        yield _WORDS[word]
    if word in _NULLS:
        yield None
    if word in map(str.lower, allowed):
        yield next(one for one in allowed if one.lower() == word)
    for data_set, values in STATISTICS.items():
        if re.sub(r"[\W_]", "", word) == data_set and name in values:
            yield values[name]
    yield from _numbers(text)
    numbers = re.findall(_NUMBER, text)
    if len(numbers) > 1 and re.fullmatch(
        rf"[(<]?\s*{_NUMBER}(?:\s*[,;x\u00d7*\s]\s*{_NUMBER})+\s*[)>]?,?", text
    ):
        yield [_number(one) for one in numbers]
    if error == "list_type" and not text.startswith(("(", "[", "{")):
        parts = [part.strip() for part in text.split(",")]
        if all(parts):
            yield [_number(part) if _is_number(part) else part for part in parts]


def _numbers(text: str) -> Iterator[Any]:
    if re.fullmatch(r"[+-]?\d+,\d+", text):
        yield float(text.replace(",", "."))
    if re.fullmatch(r"[+-]?\d{1,3}([,.'\s]\d{3})+", text):
        yield int(re.sub(r"[^\d+-]", "", text))
    if re.fullmatch(r"[+-]?\d+(_\d+)+(\.\d+)?", text):
        yield _number(text.replace("_", ""))
    if re.fullmatch(r"\d+(\.\d+)?\s*%", text):
        yield float(f"{float(text.rstrip('% ')) / 100:g}")
    if found := re.fullmatch(rf"[(\s]*({_NUMBER})\s*(?:[a-zA-Z]+|[,;)\s]+)", text):
        yield _number(found[1])
    value = value_from(text)
    if value is not None and not isinstance(value, str):
        yield value


def _number(text: str) -> int | float:
    return int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text)


def _is_number(text: str) -> bool:
    return re.fullmatch(_NUMBER, text.strip()) is not None
