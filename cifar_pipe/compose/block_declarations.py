"""The blocks that a pipeline declares: checked once, however often they are used."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from cifar_pipe.catalog.core.component_keys import BLOCK_USE_KEYS
from cifar_pipe.catalog.core.ids import ID_PATTERN
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.compose.key_search import similar_name
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.suggest import nearest
from cifar_pipe.syntax.display import as_mapping
from cifar_pipe.syntax.key_recovery import report_unknown_key
from cifar_pipe.syntax.node_edits import is_null, without
from cifar_pipe.syntax.nodes import (
    ERROR_KEY,
    Item,
    MappingNode,
    Node,
    SequenceNode,
    is_error,
    is_incomplete,
    reference_in,
    text_in,
    walk,
)

_KEYS = ("description", "parameters", "layers")
_NAME = re.compile(ID_PATTERN)


class Block(NamedTuple):
    """`parameters` have null where a use must set the value."""

    name: str
    item: Item
    parameters: Mapping[str, Item]
    layers: SequenceNode


class Blocks(NamedTuple):
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
    if written is None or is_null(written):
        return Blocks({}, (), readable)
    mapping = as_mapping(written, "blocks takes a mapping from names to blocks", findings)
    if mapping is None:
        return Blocks({}, (), readable=False)
    blocks = {}
    named = without(mapping, ERROR_KEY).items
    for name, item in named.items():
        scope = findings.scope()
        block = _block(name, item, findings)
        if block is not None and not scope.has_errors:
            blocks[name] = block
    return Blocks(blocks, list(named), readable)


def _block(name: str, item: Item, findings: Findings) -> Block | None:
    if is_error(item.value):
        return None
    if not _NAME.fullmatch(name):
        message = f"a block's name is lower-case letters, digits and `_`, not `{name}`"
        findings.add("block", message, item.key_span)
        return None
    if name in table_of("layer").entries:
        message = f"a block cannot be called `{name}`: a layer is"
        help_ = f"use another name, my_{name} for example"
        findings.add("block", message, item.key_span, help=help_)
        return None
    node = as_mapping(item.value, "a block takes a mapping with layers", findings)
    if node is None:
        return None
    for key, inner in node.items.items():
        if key not in (*_KEYS, ERROR_KEY):
            report_unknown_key("a block has no key", inner, _KEYS, findings)
    layers = node.get("layers")
    is_reported = is_incomplete(node) or any(nearest(key, ("layers",)) for key in node.items)
    if is_error(layers) or (layers is None and is_reported):
        return None
    if not isinstance(layers, SequenceNode) or not layers.items:
        span = item.key_span if layers is None else node.items["layers"].span
        findings.add("block", f"the block {name} needs a list of layers", span)
        return None
    scope = findings.scope()
    parameters = _parameters(name, node, findings)
    block = Block(name, item, parameters, layers)
    if not scope.has_errors:
        _report_unused(block, findings)
    return block


def _parameters(name: str, node: MappingNode, findings: Findings) -> Mapping[str, Item]:
    written = node.get("parameters")
    if written is None or is_null(written):
        return {}
    span, fix = node.items["parameters"].span, _parameters_as_mapping(name, written)
    mapping = as_mapping(written, "parameters takes a mapping", findings, span=span, help=fix)
    if mapping is None:
        return {}
    kept = {}
    for key, item in without(mapping, ERROR_KEY).items.items():
        if key in BLOCK_USE_KEYS or not _NAME.fullmatch(key):
            message = f"a parameter's name is lower-case letters, digits and `_`, not `{key}`"
            if key in BLOCK_USE_KEYS:
                message = (
                    f"a parameter cannot be called `{key}`: every use of a block takes that key"
                )
            findings.add("block", message, item.key_span)
            continue
        other = next(filter(block_reference, walk(item.value)), None)
        if other is not None:
            message = (
                f"the parameter `{key}` refers to ${reference_in(other)}: its own value cannot "
                "depend on another parameter"
            )
            value = "write the value, or null for one that every use must set"
            findings.add("reference", message, other.span, help=value)
        kept[key] = item
    return kept


def _parameters_as_mapping(name: str, written: Node) -> str:
    items = written.items if isinstance(written, SequenceNode) else (written,)
    names = [text for one in items if (text := text_in(one)) is not None]
    if names:
        empty = ", ".join(f"{one}: " for one in names)
        return f"write {{{empty}}}, with a default after each that a use may leave out"
    return f"write {{width: , stride: 1}}: every use of {name} must then set a width"


def _report_unused(block: Block, findings: Findings) -> None:
    names = {name for node in walk(block.layers) if (name := reference_in(node)) is not None}
    used = {name.removeprefix("block.") for name in names if name.startswith("block.")}
    others = [name for name in names if not name.startswith(("block.", "data.", "model."))]
    if others or used - block.parameters.keys():
        # One of those may be a misspelt parameter, and is reported at its place.
        return
    for name, item in block.parameters.items():
        if name not in used:
            message = f"nothing in {block.name} uses its parameter `{name}`"
            here = f"write $block.{name} where its value belongs"
            help_ = similar_name(item, block.parameters) or here
            findings.add("block", message, item.key_span, help=help_)
