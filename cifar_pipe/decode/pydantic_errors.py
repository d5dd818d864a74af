"""Pydantic's errors in our words, each at the node it came from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from cifar_pipe.catalog.core.types import describe
from cifar_pipe.decode.value_hints import value_meant
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.diagnostics.suggest import did_you_mean, listed
from cifar_pipe.syntax.display import shown
from cifar_pipe.syntax.nodes import MappingNode, Node, ScalarNode, SequenceNode, span_at


@dataclass(frozen=True, slots=True)
class Owner:
    """Who is being decoded, for messages: `train`, `SGD`; `noun` is what it calls its keys.

    `span` is where something that is missing is told.
    """

    name: str
    span: Span
    noun: str = "key"


_VALUE_ERRORS = {
    "greater_than", "greater_than_equal", "less_than", "less_than_equal", "finite_number",
    "literal_error", "string_pattern_mismatch", "too_short", "too_long", "string_too_short", "range", "path",
}  # fmt: skip


def report_error(
    detail: ErrorDetails,
    node: MappingNode,
    model: type[BaseModel],
    owner: Owner,
    findings: Findings,
) -> None:
    path = tuple(step for step in detail["loc"] if not _is_tag(step))
    if detail["loc"][-1:] == ("[key]",):
        _report_key(path, detail, node, findings)
        return
    if detail["type"] == "missing":
        key = str(path[-1])
        findings.add(
            "missing-key",
            f"{owner.name} needs {_article(owner.noun)} `{key}`",
            span_at(node, path[:-1]) if path[:-1] else owner.span,
            notes=_described(model, key),
        )
        return
    if not path:
        _report_rule(detail["msg"], node, owner, findings)
        return
    found, at = _follow(node, path)
    expected, words = _expected(model, at, detail)
    code = "value" if detail["type"] in _VALUE_ERRORS else "type"
    name = _path_text(at)
    findings.add(
        code,
        f"{name} takes {expected}, not {_shown_beside(found, expected)}"
        if words
        else f"{name}: {detail['msg']}",
        span_at(node, at),
        help=_mend(found, detail, expected, name),
    )


def distinct(errors: Sequence[ErrorDetails], node: MappingNode) -> list[ErrorDetails]:
    """One error a mistake: of the branches of a union the one that says most, and of the items of a
    list that are all wrong in the same way the first.
    """
    by_place: dict[tuple[int | str, ...], ErrorDetails] = {}
    for one in errors:
        is_key = one["loc"][-1:] == ("[key]",)
        place = one["loc"] if is_key else tuple(step for step in one["loc"] if not _is_tag(step))
        if place not in by_place or by_place[place]["type"] == "is_instance_of":
            by_place[place] = one
    alike = Counter((place[:-1], one["type"]) for place, one in by_place.items())
    return [
        one
        for place, one in by_place.items()
        if place[-1:] in ((), (0,)) or alike[place[:-1], one["type"]] != _length(node, place[:-1])
    ]


def _length(node: Node, path: tuple[int | str, ...]) -> int:
    """How many items the list at the path has; 0 where there is none."""
    found, at = _follow(node, path)
    return len(found.items) if isinstance(found, SequenceNode) and at == path else 0


def _report_rule(message: str, node: MappingNode, owner: Owner, findings: Findings) -> None:
    """A rule over several keys: told at the one that was set last, if not all are of one file."""
    keys = [word for word in re.findall(r"\w+", message) if word in node.items]
    items = [node.items[key] for key in dict.fromkeys(keys)]
    last = max(items, key=lambda item: _set_last(item.key_span), default=None)
    others = [item for item in items if last and item.key_span.source is not last.key_span.source]
    is_choice = message.endswith("not both") and others
    findings.add(
        "value",
        f"{owner.name} {message.removeprefix('it ')}",
        last.span if last else owner.span,
        help=f"write `{others[0].key}: null` to take the other back" if is_choice else None,
        related=[(item.span, f"{item.key} is set here") for item in others],
    )


def _set_last(span: Span) -> int:
    """Above for what is laid over: of a file that is extended, the file itself, an override."""
    if span.source.name.startswith("-S "):
        return 1
    depth, at = 0, span.source.extended_at
    while at is not None:
        depth, at = depth + 1, at.source.extended_at
    return -depth


def _report_key(
    path: tuple[int | str, ...], detail: ErrorDetails, node: MappingNode, findings: Findings
) -> None:
    """A key of a mapping whose keys are words of a list, as in `from`."""
    key, words = str(path[-1]), _words(detail)
    holder, _ = _follow(node, path[:-1])
    assert isinstance(holder, MappingNode)
    findings.add(
        "unknown-key",
        f"{_path_text(path[:-1])} has no key `{key}`",
        holder.items[key].key_span,
        help=did_you_mean(key, words) or listed(words),
    )


def _words(detail: ErrorDetails) -> list[str]:
    """The words that Pydantic allowed."""
    text = str(detail.get("ctx", {}).get("expected", ""))
    return text.replace("'", "").replace(" or ", ", ").split(", ")


def _is_tag(step: int | str) -> bool:
    """Pydantic's own marks in a path: `list[int]`, `function-plain[...]`."""
    return isinstance(step, str) and ("[" in step or step in {"int", "float", "str", "bool"})


def _follow(node: Node, path: tuple[int | str, ...]) -> tuple[Node, tuple[int | str, ...]]:
    """The node at the path, or the deepest that is there, with the path to it."""
    for depth, step in enumerate(path):
        match node:
            case MappingNode(items=items) if step in items:
                node = items[str(step)].value
            case SequenceNode(items=items) if isinstance(step, int) and step < len(items):
                node = items[step]
            case _:
                return node, path[:depth]
    return node, path


def _expected(
    model: type[BaseModel], path: tuple[int | str, ...], detail: ErrorDetails
) -> tuple[str, bool]:
    """What is expected in words, and whether `takes …` can be said with it."""
    if detail["type"] in ("either", "literal_error", "path") and "expected" in detail.get(
        "ctx", {}
    ):
        is_choice = detail["type"] == "literal_error"
        text = str(detail["ctx"]["expected"])
        return (f"one of {', '.join(_words(detail))}" if is_choice else text), True
    field = next(
        (f for name, f in model.model_fields.items() if (f.alias or name) == path[0]), None
    )
    if field is None or len(path) > 1:
        words = _BY_ERROR.get(detail["type"], "")
        limit = next(iter(detail.get("ctx", {}).values()), "")
        return words.format(limit=limit), bool(words)
    annotation: Any = field.annotation
    if field.metadata:
        annotation = Annotated[(annotation, *field.metadata)]
    return describe(annotation), True


_BY_ERROR = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_type": "a word",
    "string_too_short": "a word that is not empty",
    "list_type": "a list",
    "dict_type": "a mapping",
    "greater_than": "a number above {limit}",
    "greater_than_equal": "a number of at least {limit}",
    "less_than": "a number below {limit}",
    "less_than_equal": "a number of at most {limit}",
}


def _described(model: type[BaseModel], key: str) -> list[str]:
    field = next((f for n, f in model.model_fields.items() if (f.alias or n) == key), None)
    return [f"{key}: {field.description}"] if field and field.description else []


def _path_text(path: tuple[int | str, ...]) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def _mend(node: Node, detail: ErrorDetails, expected: str, key: str) -> str | None:
    """The nearest right value, where it can be told."""
    if not isinstance(node, ScalarNode):
        return None
    if key == "from" and isinstance(node.value, str) and detail["type"] == "dict_type":
        return f"write {{model: {node.value}}}, with what it takes from there"
    meant = value_meant(node, detail["type"], expected)
    if meant is None and isinstance(node.value, str) and detail["type"] == "literal_error":
        return did_you_mean(node.value, _words(detail))
    return meant


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _shown_beside(node: Node, expected: str) -> str:
    """The value, with what is in a list where its length is as expected."""
    what = shown(node)
    if isinstance(node, SequenceNode) and node.items and what in expected:
        values = [one.value if isinstance(one, ScalarNode) else shown(one) for one in node.items]
        return f"[{', '.join(map(str, values))}]"
    return what
