"""Pydantic's errors in our words, each at the node it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from cifar_pipe.catalog.core.annotations import allowed_words, kind_of, list_lengths, parts, type_of
from cifar_pipe.catalog.core.argument_rules import BrokenRule
from cifar_pipe.catalog.core.entry import Kind
from cifar_pipe.catalog.core.types import describe
from cifar_pipe.decode.python_calls import components_from
from cifar_pipe.decode.site import NOWHERE, Site
from cifar_pipe.decode.value_hints import is_none, nearest_value, quoted_items
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.problem import Path
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.diagnostics.suggest import did_you_mean
from cifar_pipe.frozen import frozen
from cifar_pipe.syntax.display import as_item, shown
from cifar_pipe.syntax.key_recovery import report_unknown_key
from cifar_pipe.syntax.nodes import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    follow,
    span_at,
    text_in,
    to_plain,
)
from cifar_pipe.syntax.writer import in_line


class Owner(NamedTuple):
    """Who is being decoded, for messages: `train`, `SGD`; `noun` is what it calls its keys.

    `span` is where something that is missing is reported, `site` is where its keys are.
    """

    name: str
    span: Span
    noun: str = "key"
    site: Site = NOWHERE


_VALUE_ERRORS = {
    "greater_than", "greater_than_equal", "less_than", "less_than_equal", "finite_number",
    "literal_error", "string_pattern_mismatch", "too_short", "too_long", "string_too_short", "range", "path",
}  # fmt: skip
# What is expected within a list or a mapping, by Pydantic's type of the error.
_EXPECTED = {
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


def broken_rule(detail: ErrorDetails) -> BrokenRule | None:
    """The rule between several keys that the error says is broken, if it says that."""
    found = detail.get("ctx", {}).get("broken")
    return found if isinstance(found, BrokenRule) else None


def report_error(
    detail: ErrorDetails,
    node: MappingNode,
    model: type[BaseModel],
    owner: Owner,
    findings: Findings,
) -> None:
    path = _path(detail)
    if not path:
        broken = broken_rule(detail) or BrokenRule(detail["msg"])
        absent = [key for key in broken.keys if key not in node.items]
        report = partial(_report_rule, broken, node, owner, findings)
        owner.site.adviser.missing(absent, report)
        return
    field = _field(model, path[0])
    if detail["type"] == "missing":
        article = "an" if owner.noun[0] in "aeiou" else "a"
        message = f"{owner.name} needs {article} {owner.noun} `{path[-1]}`"
        notes = [f"{path[-1]}: {field.description}"] if field and field.description else ()
        span = span_at(node, path[:-1]) if path[:-1] else owner.span
        report = partial(findings.add, "missing-key", message, span, notes=notes)
        owner.site.adviser.missing([str(path[-1])], report)
        return
    words = [str(one) for one in allowed_words(type_of(field))] if field else []
    if detail["loc"][-1] == "[key]":
        # A key of a mapping whose keys are words of a list, as in `from`.
        holder, _ = _follow(node, path[:-1])
        assert isinstance(holder, MappingNode)
        has_no = f"{_path_text(path[:-1])} has no key"
        report_unknown_key(has_no, holder.items[str(path[-1])], words, findings)
        return
    found, at = _follow(node, path)
    expected, where = _expected(field, at, detail, words), _path_text(at)
    message = f"{where}: {detail['msg']}"
    if expected:
        message = f"{where} takes {expected}, not {_shown(found, field)}"
    code = "value" if detail["type"] in _VALUE_ERRORS else "type"
    help_ = _correction(
        found, detail["type"], words, at, _Trial(node, model, at), _kind_within(field)
    )
    findings.add(code, message, span_at(node, at), help=help_)


def distinct(errors: Sequence[ErrorDetails], node: MappingNode) -> list[ErrorDetails]:
    """One error per mistake: of the branches of a union the one that says most, and of the items of
    a list that are all wrong in the same way the first.
    """
    by_place: dict[Path, ErrorDetails] = {}
    for one in errors:
        place = one["loc"] if one["loc"][-1:] == ("[key]",) else _path(one)
        if place not in by_place or by_place[place]["type"] == "is_instance_of":
            by_place[place] = one
    # A list with a wrong item is no mapping either; that it is a list is not its mistake.
    written = [place for place in by_place if _follow(node, place)[1] == place]
    above = {place[:end] for place in written for end in range(1, len(place))}
    for place in above & by_place.keys():
        del by_place[place]
    alike = Counter((place[:-1], one["type"]) for place, one in by_place.items())

    def are_all_alike(above: Path, error: str) -> bool:
        found, at = _follow(node, above)
        length = len(found.items) if isinstance(found, SequenceNode) and at == above else 0
        return alike[above, error] == length

    return [
        one
        for place, one in by_place.items()
        if place[-1:] in ((), (0,)) or not are_all_alike(place[:-1], one["type"])
    ]


def _report_rule(broken: BrokenRule, node: MappingNode, owner: Owner, findings: Findings) -> None:
    """At the key that was set last, if not all are of one file."""
    items = [node.items[key] for key in broken.keys if key in node.items]
    last = max(items, key=lambda item: item.key_span.source.precedence, default=None)
    others = [item for item in items if last and item.key_span.source is not last.key_span.source]
    help_ = None
    if broken.exclusive and others:
        help_ = f"write `{others[0].key}: null` to take the other back"
    related = [(item.span, f"{item.key} is set here") for item in others]
    span = last.span if last else owner.span
    findings.add("value", f"{owner.name} {broken.message}", span, help=help_, related=related)


def _path(detail: ErrorDetails) -> Path:
    """Where the error is, without Pydantic's own marks: `list[int]`, `function-plain[...]`."""
    marks = {"int", "float", "str", "bool"}
    return tuple(
        step
        for step in detail["loc"]
        if not (isinstance(step, str) and ("[" in step or step in marks))
    )


def _follow(node: Node, path: Path) -> tuple[Node, Path]:
    """The node at the path, or the deepest that is there, with the path to it."""
    nodes = [node, *(one for one, _ in follow(node, path))]
    return nodes[-1], path[: len(nodes) - 1]


def _field(model: type[BaseModel], key: int | str) -> FieldInfo | None:
    fields = model.model_fields.items()
    return next((field for name, field in fields if (field.alias or name) == key), None)


def _expected(field: FieldInfo | None, path: Path, detail: ErrorDetails, words: list[str]) -> str:
    """What is expected, for `takes …`; empty where only Pydantic knows."""
    context: dict[str, Any] = detail.get("ctx", {})
    if detail["type"] == "literal_error" and words:
        return f"one of {', '.join(words)}"
    if detail["type"] in ("either", "path"):
        return str(context["expected"])
    if field is None or len(path) > 1:
        limit = next(iter(context.values()), "")
        return _EXPECTED.get(detail["type"], "").format(limit=limit)
    return describe(type_of(field))


def _path_text(path: Path) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def _kind_within(field: FieldInfo | None) -> Kind | None:
    """The kind of components in the field's list, if it has such."""
    kinds = map(kind_of, parts(type_of(field))) if field else iter(())
    return next(filter(None, kinds), None)


def _correction(
    node: Node, error: str, words: list[str], path: Path, trial: _Trial, kind: Kind | None
) -> str | None:
    key = _path_text(path)
    if key == "from" and (stage := text_in(node)) and error == "dict_type":
        return f"write {{model: {stage}}}, with what it takes from there"
    if error in ("dict_type", "model_type") and (item := as_item(node)):
        return item
    if error == "string_type" and path[-1:] == (0,) and not kind:
        above, _ = _follow(trial.node, path[:-1])
        if each := quoted_items(above):
            return each
    name = str(path[-1]) if path else ""
    hint = nearest_value(node, error, words, name=name, accepts=trial.accepts)
    if hint is None and is_none(node) and not words and trial.can_be_left_out:
        return f"leave {name} out"
    if hint is None and kind and (text := text_in(node)) is not None:
        components = components_from(text, kind)
        hint = f"write {in_line(components)}" if components else None
    if hint is None and (text := text_in(node)) is not None and error == "literal_error":
        return did_you_mean(text, words)
    return hint


@frozen
class _Trial:
    """Tries another value at the path below the mapping that the model declares."""

    node: MappingNode
    model: type[BaseModel]
    path: Path

    @property
    def can_be_left_out(self) -> bool:
        field = _field(self.model, self.path[0])
        return len(self.path) == 1 and field is not None and not field.is_required()

    def accepts(self, value: Any) -> bool:
        key = str(self.path[0])
        below = self.node.get(key)
        if below is None:
            return False
        tried = value if len(self.path) == 1 else _replaced(to_plain(below), self.path[1:], value)
        try:
            self.model.model_validate({key: tried})
        except ValidationError as error:
            return all(one["loc"][:1] != (key,) for one in error.errors(include_url=False))
        return True


def _replaced(data: Any, path: Path, value: Any) -> Any:
    *above, last = path
    holder = data
    for step in above:
        holder = holder[step]
    holder[last] = value
    return data


def _shown(node: Node, field: FieldInfo | None) -> str:
    """The value, with what is in a list where its length is right."""
    lengths = list_lengths(type_of(field)) if field else set()
    if isinstance(node, SequenceNode) and node.items and len(node.items) in lengths:
        values = [one.value if isinstance(one, ScalarNode) else shown(one) for one in node.items]
        return f"[{', '.join(map(str, values))}]"
    return shown(node)
