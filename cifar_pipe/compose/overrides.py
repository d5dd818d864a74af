"""`-S train.optimizer.lr=0.01`: values that replace what the file says, each a source of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from cifar_pipe.compose.key_search import found_below, item_ids, similar_below
from cifar_pipe.compose.provenance import Removals, Written
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Source, Span
from cifar_pipe.diagnostics.suggest import allowed_are, did_you_mean, meant
from cifar_pipe.errors import UsageError
from cifar_pipe.syntax.limits import Budget, TooLargeError
from cifar_pipe.syntax.node_edits import (
    ID_MAPS,
    as_component,
    height,
    is_null,
    with_item,
    with_value,
    without,
)
from cifar_pipe.syntax.nodes import Item, MappingNode, Node, ScalarNode, SequenceNode, is_incomplete
from cifar_pipe.syntax.reader import read_value

TOP = ("version", "name", "description", "seed", "runtime", "trackers", "extends", *ID_MAPS)
"""The keys of the top level: an override may set, or begin, what the file does not have of them."""
_USAGE = "write -S key.to.it=value, for instance -S train.epochs=1"


class _Step(NamedTuple):
    name: str
    span: Span


Advise = Callable[[MappingNode, Item], Mapping[str, Any]]
"""Help and notes for a key that the pipeline does not take at its top level; empty without any."""


def apply(
    root: MappingNode,
    overrides: Sequence[str],
    findings: Findings,
    removed: Removals,
    advise: Advise = lambda _, __: {},
) -> MappingNode:
    """The pipeline with every override in its place, in order.

    One that leads nowhere is reported (`override`) and left out. Raises UsageError where one has no
    `=`, no value, or an empty name in its path.
    """
    above: list[_Target] = []
    for text, path in [(text, parse(text, number)) for number, text in enumerate(overrides, 1)]:
        scope = findings.scope()
        target = _Target(_followed(root, path), text, path[-1].span)
        root = _apply(root, text, path, findings, removed, advise)
        if not scope.has_errors:
            _report_replaced(target, above, findings)
            above.append(target)
    return root


class _Target(NamedTuple):
    """Where an override leads: its path with ids as they stand in lists, and its last name."""

    steps: tuple[str, ...]
    text: str
    span: Span


def _followed(root: MappingNode, path: tuple[_Step, ...]) -> tuple[str, ...]:
    """One way of writing each path: with `stages`, and items of lists by their index."""
    node: Node | None = root
    steps = []
    for step in _from_top(root, path):
        name = step.name
        match node:
            case MappingNode():
                node = node.get(name)
            case SequenceNode(items=items):
                name = str(item_ids(node).get(name, name))
                node = dict(zip(map(str, range(len(items))), items, strict=True)).get(name)
            case _:
                node = None
        steps.append(name)
    return tuple(steps)


def _report_replaced(target: _Target, above: Sequence[_Target], findings: Findings) -> None:
    """The last override of those above that this one takes back, at both of them."""
    for other in reversed(above):
        if other.steps[: len(target.steps)] == target.steps and other.text != target.text:
            both = other.steps == target.steps
            message = f"this override replaces what -S {other.text} sets"
            help_ = "keep one of them" if both else "put it before the other, or keep one of them"
            related = [(other.span, "it is set here first")]
            findings.add("override", message, target.span, help=help_, related=related)
            return


def sets_key(key: str, overrides: Sequence[str]) -> bool:
    """Whether one of the overrides sets the key of the top level."""
    return any([step.name for step in parse(text)] == [key] for text in overrides)


def written(overrides: Sequence[str]) -> list[Written]:
    """The overrides, each at the last name of its path and its value."""
    found = []
    for number, text in enumerate(overrides, 1):
        last = parse(text, number)[-1].span
        found.append(Written(replace(last, end_column=len(text) + 1)))
    return found


def parse(text: str, number: int = 1) -> tuple[_Step, ...]:
    """The path of an override, the `number`-th of a command. Raises UsageError as `apply` does."""
    path, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"-S {text} has no `=`", help=_USAGE)
    if not value.strip():
        help_ = f"write -S {path}=null for None, -S \"{path}=''\" for an empty text"
        raise UsageError(f"-S {text} has no value", help=help_)
    if len(f"{path}.".splitlines()) > 1:
        raise UsageError(f"-S {path!r} has a line break in its path", help=_USAGE)
    source = Source.of(f"-S {text}", text, override=number)
    steps = []
    column = 1
    for part in path.split("."):
        start = column + len(part) - len(part.lstrip())
        name = part.strip()
        if not name:
            raise UsageError(f"-S {text} has an empty name in its path", help=_USAGE)
        steps.append(_Step(name, Span(source, 1, start, start + len(name))))
        column += len(part) + 1
    return tuple(steps)


def _from_top(root: MappingNode, path: tuple[_Step, ...]) -> tuple[_Step, ...]:
    """The path with the `stages` that may be left out before a stage's id."""
    stages = root.get("stages")
    is_stage = isinstance(stages, MappingNode) and path[0].name in stages.items
    return (_Step("stages", path[0].span), *path) if is_stage else path


def _apply(
    root: MappingNode,
    text: str,
    path: tuple[_Step, ...],
    findings: Findings,
    removed: Removals,
    advise: Advise,
) -> MappingNode:
    column = text.index("=") + 1
    value = read_value(text[column:], path[0].span.source, findings, column_offset=column)
    if value is None:
        return root
    stages = root.get("stages")
    ids = stages.items if isinstance(stages, MappingNode) else ()
    path = _from_top(root, path)
    name, span = path[0]
    try:
        Budget("the pipeline").check_depth(height(value) + len(path), value.span)
    except TooLargeError as error:
        findings.add("too-large", str(error), error.span)
        return root
    if name == "extends":
        message = "extends cannot be overridden: overrides come after it"
        other = "write a file of its own that extends another"
        findings.add("override", message, span, help=other)
        return root
    if name in root.items or name in TOP:
        changed = _Placement(path, value, findings, removed).into(root, 0)
        return changed if isinstance(changed, MappingNode) else root
    if not is_incomplete(root) and not is_incomplete(stages):
        allowed = [*ids, *TOP]
        help_ = meant(name, allowed)
        if len(path) == 1 and isinstance(value, MappingNode) and "type" in value.items:
            help_ = help_ or f"a new stage is written below stages: -S stages.{name}=..."
        help_ = help_ or found_below(root, name)
        related = removed.related("stages", name)
        known = bool(help_ or related)
        more = {} if known else advise(root, Item(name, span, value if len(path) == 1 else root))
        more = more or {"help": help_ or similar_below(root, name) or allowed_are(allowed)}
        more = {"related": related, **more}
        findings.add("override", f"there is no `{name}`", span, **more)
    return root


class _Placement(NamedTuple):
    """Puts one value at the end of one path; None with a finding where the path leads nowhere."""

    path: tuple[_Step, ...]
    value: Node
    findings: Findings
    removed: Removals

    def into(self, node: Node, at: int) -> Node | None:
        """The new value of `node`, to which the first `at` steps have led."""
        if at == len(self.path):
            return self.value
        match node:
            case MappingNode():
                return self._into_mapping(node, at)
            case SequenceNode():
                return self._into_list(node, at)
            case ScalarNode():
                return self._into_scalar(node, at)

    def _into_mapping(self, node: MappingNode, at: int) -> MappingNode | None:
        step = self.path[at]
        last = at + 1 == len(self.path)
        is_id = at == 1 and self.path[0].name in ID_MAPS
        if last and not (is_id and is_null(self.value)):
            return with_item(node, Item(step.name, step.span, self.value))
        if step.name in node.items and last:
            self.removed[self.path[0].name, step.name] = step.span.to(self.value.span)
            return without(node, step.name)
        if step.name in node.items:
            value = self.into(node.items[step.name].value, at + 1)
            return None if value is None else with_value(node, step.name, value)
        if is_incomplete(node):
            return None
        if last:
            self._missing(step, at, did_you_mean(step.name, node.items))
            return None
        if at > 0:
            hint = (
                meant(step.name, node.items)
                or found_below(node, step.name)
                or similar_below(node, step.name)
            )
            if hint is not None or is_id:
                self._missing(step, at, hint or allowed_are(node.items))
                return None
        # A new key begins with a mapping; whether it takes one is checked with its type.
        value = self.into(MappingNode({}, step.span), at + 1)
        return None if value is None else with_item(node, Item(step.name, step.span, value))

    def _into_list(self, node: SequenceNode, at: int) -> SequenceNode | None:
        name, count, ids = self.path[at].name, len(node.items), item_ids(node)
        # Not isdecimal alone: it takes the digits of all scripts.
        is_index = name.isascii() and name.isdecimal() and len(name) < 10
        index = int(name) if is_index else ids.get(name, count)
        if index >= count:
            items = f"its items are 0 to {count - 1}" if count else "it is an empty list"
            is_number = is_index or re.fullmatch(r"-\d+", name)
            hint = None if is_number else did_you_mean(name, ids)
            what = f"item {name}" if is_index else f"`{name}`"
            self._missing(self.path[at], at, hint or items, what=what)
            return None
        value = self.into(node.items[index], at + 1)
        if value is None:
            return None
        return SequenceNode((*node.items[:index], value, *node.items[index + 1 :]), node.span)

    def _into_scalar(self, node: ScalarNode, at: int) -> Node | None:
        if node.is_error:
            return None
        # Settings of stages and items of blocks may be bare names, what is above them may not.
        may_be_component = self.path[0].name in ("stages", "blocks") and at > 2
        component = as_component(node) if may_be_component else None
        if component is not None:
            return self._into_mapping(component, at)
        name, where, text = self.path[at].name, self._where(at), str(node.value)
        help_, shown = None, f"the single value {text if len(text) <= 40 else f'{text[:40]}…'}"
        if node.plain and text.startswith("$"):
            help_ = f"override what it refers to: -S {text[1:]}=..."
        elif is_null(node):
            help_ = f"override the whole: -S '{where}={{type: ..., {name}: ...}}'"
            shown = "null"
        message = f"{where} is {shown} and has no `{name}`"
        self.findings.add("override", message, self.path[at].span, help=help_)
        return None

    def _missing(self, step: _Step, at: int, help_: str | None, *, what: str | None = None) -> None:
        message = f"{self._where(at)} has no {what or f'`{step.name}`'}"
        self.findings.add("override", message, step.span, help=help_)

    def _where(self, at: int) -> str:
        """The path up to here as the user wrote it."""
        prefixed = len(self.path) > 1 and self.path[0].span == self.path[1].span
        return ".".join(step.name for step in self.path[int(prefixed) : at])
