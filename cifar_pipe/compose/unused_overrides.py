"""Overrides that change nothing: with one the run would be another than was asked for.

`-S vars.widht=16` would leave the width as it is, and so would one that a later override replaces.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cifar_pipe.compose.block_declarations import Block
from cifar_pipe.compose.key_search import found_below, similar_name
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.syntax.node_edits import without
from cifar_pipe.syntax.nodes import Item, MappingNode, Node, walk

Steps = tuple[str, ...]
Use = tuple[str | None, Steps]
"""A reference to a path below `vars`, and the variable whose value holds it, if one does."""


def report_unused_variables(
    root: MappingNode, variables: MappingNode, uses: Collection[Use], findings: Findings
) -> None:
    """Reports what overrides set below `vars` and nothing outside of it leads to (`override`)."""
    for path, item, around in _unused(variables, (), _used_outside(uses)):
        name = ".".join(path)
        here = f"write $vars.{name} where its value belongs, or leave the override out"
        help_ = similar_name(item, around.items) or found_below(without(root, "vars"), item.key)
        message = f"nothing uses the variable `{name}`, so this override changes nothing"
        findings.add("override", message, item.span, help=help_ or here)


def report_unused_defaults(block: Block, taken: Collection[int], findings: Findings) -> None:
    """Reports the parameters of a block that an override sets where every use sets its own.

    `taken` has, by id(), the parameters' own values that were used.
    """
    for key, item in block.parameters.items():
        if item.key_span.source.override and id(item.value) not in taken:
            own = f"every use of {block.name} sets its own `{key}`"
            message = f"{own}, so this override changes nothing"
            findings.add("override", message, item.span, help=f"override {key} where it is used")


def override_in(node: Node) -> Span | None:
    """The first words in the node that an override has set."""
    return next((one.span for one in walk(node) if one.span.source.override), None)


def _used_outside(uses: Collection[Use]) -> set[Steps]:
    """The paths that references lead to, without those of variables that nothing uses."""
    used: set[Steps] = set()
    names: set[str | None] = {None}
    while new := {path for holder, path in uses if holder in names} - used:
        used |= new
        names |= {path[0] for path in new}
    return used


def _unused(
    node: MappingNode, above: Steps, used: Collection[Steps]
) -> Iterator[tuple[Steps, Item, MappingNode]]:
    """The entries that an override has set and no used path goes to, through or into."""
    for item in node.items.values():
        path = (*above, item.key)
        is_used = any(one[: len(path)] == path[: len(one)] for one in used)
        if item.key_span.source.override and not is_used:
            yield path, item, node
        elif isinstance(item.value, MappingNode):
            yield from _unused(item.value, path, used)
