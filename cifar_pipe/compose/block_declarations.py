"""The blocks that a pipeline declares: checked once, however often they are used."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cifar_pipe.catalog.core.component_keys import BLOCK_USE_KEYS
from cifar_pipe.catalog.core.ids import ID_PATTERN
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.compose.similar_names import similar_name
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.suggest import did_you_mean, nearest
from cifar_pipe.syntax.display import shown
from cifar_pipe.syntax.node_edits import is_null, without
from cifar_pipe.syntax.nodes import (
    ERROR_KEY,
    Item,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    is_error,
    is_incomplete,
    reference_in,
    walk,
)

_KEYS = ("description", "parameters", "layers")
_NAME = re.compile(ID_PATTERN)


@dataclass(frozen=True, slots=True)
class Block:
    """`parameters` have null where a use must set the value."""

    name: str
    item: Item
    parameters: Mapping[str, Item]
    layers: SequenceNode


@dataclass(frozen=True, slots=True)
class Blocks:
    """`right` are declared without a mistake; of uses of the others nothing more is reported."""

    right: Mapping[str, Block]
    names: Collection[str]
    readable: bool = True

    def may_name(self, name: str) -> bool:
        """Whether the name is a block's, or may be one where the names cannot be read."""
        return name in self.names or (not self.readable and _NAME.fullmatch(name) is not None)


def block_reference(node: Node) -> str | None:
    """NAME where the node is `$block.NAME`."""
    first, _, name = (reference_in(node) or "").partition(".")
    return name if first == "block" and name else None


def declared_blocks(written: Node | None, findings: Findings, *, incomplete: bool) -> Blocks:
    """With `incomplete` there may be others, in a file that could not be read."""
    readable = not (incomplete or is_incomplete(written))
    if written is None or is_null(written) or is_error(written):
        return Blocks({}, (), readable)
    if not isinstance(written, MappingNode):
        findings.add(
            "not-a-mapping",
            f"blocks takes a mapping from names to blocks, not {shown(written)}",
            written.span,
        )
        return Blocks({}, (), readable=False)
    scope = findings.scope()
    blocks = {}
    named = without(written, ERROR_KEY).items
    for name, item in named.items():
        block = _block(name, item, findings)
        if block is not None and not scope.has_errors:
            blocks[name] = block
        scope = findings.scope()
    return Blocks(blocks, list(named), readable)


def _block(name: str, item: Item, findings: Findings) -> Block | None:
    node = item.value
    if is_error(node):
        return None
    if not _NAME.fullmatch(name):
        findings.add(
            "block",
            f"a block's name is lower-case letters, digits and `_`, not `{name}`",
            item.key_span,
        )
        return None
    if name in table_of("layer").entries:
        findings.add(
            "block",
            f"a block cannot be called `{name}`: a layer is",
            item.key_span,
            help=f"use another name, my_{name} for example",
        )
        return None
    if not isinstance(node, MappingNode):
        findings.add(
            "not-a-mapping", f"a block takes a mapping with layers, not {shown(node)}", node.span
        )
        return None
    for key, inner in node.items.items():
        if key not in (*_KEYS, ERROR_KEY):
            findings.add(
                "unknown-key",
                f"a block has no key `{key}`",
                inner.key_span,
                help=did_you_mean(key, _KEYS),
            )
    layers = node.get("layers")
    if is_error(layers) or (layers is None and is_incomplete(node)):
        return None
    if layers is None and any(nearest(key, ("layers",)) for key in node.items):
        return None  # reported at that key
    if not isinstance(layers, SequenceNode) or not layers.items:
        findings.add(
            "block",
            f"the block {name} needs a list of layers",
            node.items["layers"].span if layers is not None else item.key_span,
        )
        return None
    scope = findings.scope()
    parameters = _parameters(name, node, findings)
    block = Block(name, item, parameters, layers)
    if not scope.has_errors:
        _report_unused(block, findings)
    return block


def _parameters(name: str, node: MappingNode, findings: Findings) -> Mapping[str, Item]:
    written = node.get("parameters")
    if written is None or is_null(written) or is_error(written):
        return {}
    if not isinstance(written, MappingNode):
        findings.add(
            "not-a-mapping",
            f"parameters takes a mapping, not {shown(written)}",
            node.items["parameters"].span,
            help=_as_mapping(name, written),
        )
        return {}
    kept = {}
    for key, item in without(written, ERROR_KEY).items.items():
        if key in BLOCK_USE_KEYS or not _NAME.fullmatch(key):
            findings.add(
                "block",
                f"a parameter cannot be called `{key}`: every use of a block takes that key"
                if key in BLOCK_USE_KEYS
                else f"a parameter's name is lower-case letters, digits and `_`, not `{key}`",
                item.key_span,
            )
            continue
        other = next((one for one in walk(item.value) if block_reference(one) is not None), None)
        if other is not None:
            findings.add(
                "reference",
                f"the parameter `{key}` refers to ${reference_in(other)}: its own value cannot "
                "depend on another parameter",
                other.span,
                help="write the value, or null for one that every use must set",
            )
        kept[key] = item
    return kept


def _as_mapping(name: str, written: Node) -> str:
    items = written.items if isinstance(written, SequenceNode) else (written,)
    names = [
        one.value for one in items if isinstance(one, ScalarNode) and isinstance(one.value, str)
    ]
    if names:
        empty = ", ".join(f"{one}: " for one in names)
        return f"write {{{empty}}}, with a default after each that a use may leave out"
    return f"write {{width: , stride: 1}}: every use of {name} must then set a width"


def _report_unused(block: Block, findings: Findings) -> None:
    names = {name for node in walk(block.layers) if (name := reference_in(node)) is not None}
    used = {name.removeprefix("block.") for name in names if name.startswith("block.")}
    others = [name for name in names if not name.startswith(("block.", "data."))]
    if others or used - block.parameters.keys():
        # One of those may be a misspelt parameter, and is reported at its place.
        return
    for name, item in block.parameters.items():
        if name not in used:
            findings.add(
                "block",
                f"nothing in {block.name} uses its parameter `{name}`",
                item.key_span,
                help=similar_name(item, block.parameters)
                or f"write $block.{name} where its value belongs",
            )
