"""References: a whole scalar without quotes that begins with `$`.

`$vars.width` is the value below `vars`, with its type; `$data.num_classes` is known when the data
is, `$model.mean` when the network is; `$block.width` is a parameter inside of a block; `$$x` is the text `$x`. There is nothing else:
no expressions, no environment.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import NamedTuple

from cifar_pipe.compose.key_search import similar_name
from cifar_pipe.compose.provenance import Removals, at_reference
from cifar_pipe.compose.reference_hints import LATER, Names, is_arithmetic
from cifar_pipe.compose.unused_overrides import Use, report_unused_variables
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.suggest import allowed_are, did_you_mean, nearest
from cifar_pipe.syntax.display import as_mapping
from cifar_pipe.syntax.limits import Budget, TooLargeError
from cifar_pipe.syntax.node_edits import is_null, map_children
from cifar_pipe.syntax.nodes import (
    ERROR_KEY,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    is_error,
    is_incomplete,
    reference_in,
    text_in,
    walk,
)

OUTSIDE_BLOCK = "is not in a block, and $block has a meaning only there"
_INSIDE = re.compile(r"\$\{?(?:vars|data|model|block)\.[\w.]*")


def resolve_vars(root: MappingNode, findings: Findings, removed: Removals) -> MappingNode:
    """The pipeline with the values of `vars` instead of their references.

    A value has the place of its reference. What cannot be resolved is reported (`reference`) and
    left in place, and so are references to the data and to the parameters of blocks.
    """
    variables = root.get("vars")
    _report_wrong_vars(variables, findings)
    resolver, scope = _Resolver(root, findings, removed), findings.scope()
    try:
        resolved = resolver.resolve(root, depth=0).node
    except TooLargeError as error:
        findings.add("too-large", f"with references in place, {error}", error.span)
        return root
    if isinstance(variables, MappingNode):
        _report_unused(variables, {path[0] for _, path in resolver.used}, findings)
        if not scope.has_errors:
            # A reference that names nothing may have meant it.
            report_unused_variables(root, variables, resolver.used, findings)
    assert isinstance(resolved, MappingNode)
    return resolved


def _report_wrong_vars(variables: Node | None, findings: Findings) -> None:
    if not is_null(variables) and (
        mapping := as_mapping(variables, "vars takes a mapping from names to values", findings)
    ):
        for node in walk(mapping):
            name = reference_in(node)
            if name is not None and name.partition(".")[0] == "block":
                findings.add("reference", f"`${name}` {OUTSIDE_BLOCK}", node.span)


def _report_unused(variables: MappingNode, used: Collection[str], findings: Findings) -> None:
    for item in variables.items.values():
        if not findings.takes_warnings:
            return
        source = item.key_span.source
        if item.key not in used and source.extended_at is None and not source.override:
            message = f"nothing uses the variable `{item.key}`"
            here = f"write $vars.{item.key} where its value belongs, or leave it out"
            help_ = similar_name(item, variables.items) or here
            findings.add("unused", message, item.key_span, help=help_)


class _Resolved(NamedTuple):
    """`size` counts nodes and `height` collections of what the node has become.

    `known` is false for a reference that could not be resolved.
    """

    node: Node
    size: int
    height: int
    known: bool = True


class _Resolver:
    def __init__(self, root: MappingNode, findings: Findings, removed: Removals) -> None:
        self._vars = root.get("vars") or root.get(ERROR_KEY)
        self._findings = findings
        self._removed = removed
        # By id(), the variable that a node is part of.
        self._in_vars = {
            id(node): item.key
            for item in (self._vars.items.values() if isinstance(self._vars, MappingNode) else ())
            for node in walk(item.value)
        }
        self._parameters = dict(_parameters_around(root))
        # By id(): the nodes live as long as the tree that is being resolved.
        self._done: dict[int, _Resolved] = {}
        # The references that are being followed, by what they lead to.
        self._chain: dict[int, str] = {}
        self._budget = Budget("the pipeline")
        self.used: set[Use] = set()

    def resolve(self, node: Node, *, depth: int) -> _Resolved:
        """`depth` counts the collections and references around; it bounds the recursion."""
        self._budget.spend(1, node.span)
        self._budget.check_depth(depth, node.span)
        if isinstance(node, ScalarNode):
            return self._scalar(node, depth)
        size, height = 1, 0

        def resolved(child: Node) -> Node:
            nonlocal size, height
            part = self.resolve(child, depth=depth + 1)
            size, height = size + part.size, max(height, part.height)
            return part.node

        changed = map_children(node, resolved)
        return _Resolved(changed, size, 1 + height)

    def _scalar(self, node: ScalarNode, depth: int) -> _Resolved:
        reference = reference_in(node)
        if reference is not None:
            return self._reference(reference, node, depth)
        text = (node.plain and text_in(node)) or ""
        if text.startswith("$$"):
            return _Resolved(ScalarNode(text[1:], node.span, plain=False), 1, 0)
        inside = _INSIDE.search(text)
        if inside is None:
            return _Resolved(node, 1, 0)
        if is_arithmetic(text.replace(inside[0], "", 1)):
            self._report_sum(text, node)
        else:
            message = f"{inside[0]} cannot be part of a longer text"
            help_ = "make the reference the whole value, or quote the text to keep it as it is"
            self._findings.add("reference", message, node.span, help=help_)
        # As a reference that is left in place it is reported once.
        return _Resolved(replace(node, value=f"${text}"), 1, 0, known=False)

    def _report_sum(self, text: str, node: ScalarNode) -> None:
        message = f"`{text}` is an expression, and a pipeline has none"
        help_ = "write the number, or a variable of its own that holds it"
        self._findings.add("reference", message, node.span, help=help_)

    def _reference(self, reference: str, node: ScalarNode, depth: int) -> _Resolved:
        first, *rest = reference.split(".")
        unresolved = _Resolved(node, 1, 0, known=False)
        variables = self._vars.items if isinstance(self._vars, MappingNode) else ()
        names = Names(variables, self._parameters.get(id(node)))
        if names.begins_sum(reference):
            self._report_sum(f"${reference}", node)
            return unresolved
        if first == "block" and rest and all(rest):
            # Blocks are expanded when everything else is in place.
            return _Resolved(node, 1, 0, known=id(node) not in self._in_vars)
        if first in LATER:
            name, known = ".".join(rest), LATER[first]
            if name not in known:
                message = f"${first} has no `{name}`" if name else f"${first} needs a name"
                help_ = did_you_mean(name, known)
                self._findings.add("reference", message, node.span, help=help_)
            return _Resolved(node, 1, 0, known=name in known)
        if first != "vars" or not all(rest) or not rest:
            takes = "$vars.NAME, $data.NAME, $model.NAME, or in a block $block.NAME"
            if names.parameters is None:
                takes = "$vars.NAME, $data.NAME or $model.NAME"
            help_ = f"for the text itself write `$${reference}`, or quote it"
            if near := names.nearest_to(reference):
                help_ = f"did you mean `${near}`?"
            message = f"`${reference}` names nothing: a reference is {takes}"
            self._findings.add("reference", message, node.span, help=help_)
            return unresolved
        target = self._lookup(rest, node, depth)
        found = self._follow(target, reference, node, depth) if target is not None else unresolved
        return found if found.known else unresolved

    def _follow(self, target: Node, name: str, node: ScalarNode, depth: int) -> _Resolved:
        """What the target has become, at the place of the reference."""
        done = self._done.get(id(target))
        if done is None:
            if id(target) in self._chain:
                chain = list(self._chain)
                names = [f"${self._chain[key]}" for key in chain[chain.index(id(target)) :]]
                message = f"${name} leads to itself: {' -> '.join([*names, names[0]])}"
                self._findings.add("reference", message, node.span)
                return _Resolved(node, 1, 0, known=False)
            self._chain[id(target)] = name
            done = self.resolve(target, depth=depth + 1)
            del self._chain[id(target)]
            self._done[id(target)] = done
        self._budget.spend(done.size, node.span)
        self._budget.check_depth(depth + done.height, node.span)
        return done._replace(node=at_reference(done.node, node.span))

    def _lookup(self, path: list[str], node: ScalarNode, depth: int) -> Node | None:
        """The value at the path below `vars`, or None with a finding."""
        self.used.add((self._in_vars.get(id(node)), tuple(path)))
        target = self._vars
        for at, step in enumerate(path):
            if target is not None and reference_in(target) is not None and at > 0:
                through = self._follow(target, ".".join(["vars", *path[:at]]), node, depth)
                if not through.known:
                    return None
                target = through.node
            below = _below(target, step)
            if is_incomplete(target) and (below is None or is_error(target)):
                return None
            if below is None:
                self._report_unknown(path, at, target, node)
                return None
            target = below
        return target

    def _report_unknown(
        self, path: list[str], at: int, above: Node | None, node: ScalarNode
    ) -> None:
        if at == 0 and above is not None and not isinstance(above, MappingNode):
            return  # reported at vars
        names = list(above.items) if isinstance(above, MappingNode) else []
        where = ".".join(["vars", *path[:at]])
        near = nearest(path[at], names)
        help_ = f"did you mean `${where}.{near}`?" if near else allowed_are(names)
        if help_ is None and self._vars is None:
            help_ = "the pipeline has no `vars:`"
        removed = self._removed.related("vars", path[0]) if at == 0 else ()
        message = f"{where} has no `{path[at]}`"
        self._findings.add("reference", message, node.span, help=help_, related=removed)


def _parameters_around(root: MappingNode) -> Iterator[tuple[int, list[str]]]:
    """By id(), the parameters of the block that a value is in."""
    blocks = root.get("blocks")
    for item in blocks.items.values() if isinstance(blocks, MappingNode) else ():
        written = item.value.get("parameters") if isinstance(item.value, MappingNode) else None
        names = list(written.items) if isinstance(written, MappingNode) else []
        yield from ((id(node), names) for node in walk(item.value))


def _below(node: Node | None, step: str) -> Node | None:
    match node:
        case MappingNode():
            return node.get(step)
        case SequenceNode(items=items) if step.isascii() and step.isdecimal() and len(step) < 10:
            return items[int(step)] if int(step) < len(items) else None
    return None
