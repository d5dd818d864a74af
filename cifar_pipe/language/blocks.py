"""Blocks: lists of layers under a name, with parameters, to be used like a layer's type.

A use becomes a Sequential of the block's layers, in which `$block.width` is the value that the use
gives or else the block's own. Nodes keep their place in the block, with the way to the use.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from cifar_pipe.catalog.common import ID_PATTERN
from cifar_pipe.catalog.lookup import table_of
from cifar_pipe.language.findings import Findings
from cifar_pipe.language.nodes import (
    Item,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    Span,
    walk,
)
from cifar_pipe.language.references import reference_in
from cifar_pipe.language.suggest import did_you_mean, nearest
from cifar_pipe.language.trees import is_null, replace_scalars, with_item, with_value, without
from cifar_pipe.language.wording import listed, shown

# Blocks that use blocks multiply: far above any network that is written by hand.
_MOST_NODES = 20_000
# Where lists of layers stand.
LISTS = ("layers", "shortcut")
# Keys of a use that are not the block's parameters but its Sequential's.
_OF_USE = ("type", "id", "input", "repeat", "trainable", "initialize")
_KEYS = ("description", "parameters", "layers")
_NAME = re.compile(ID_PATTERN)


@dataclass(frozen=True, slots=True)
class _Block:
    """`parameters` have null where a use must give the value."""

    name: str
    item: Item
    parameters: Mapping[str, Item]
    layers: SequenceNode


class _TooManyError(Exception):
    pass


def expand_blocks(root: MappingNode, findings: Findings) -> MappingNode:
    """The pipeline with the layers of blocks in the place of their uses, and without `blocks`.

    What is wrong with a block or its use is told (`block`, `reference`); such a use becomes an
    Identity, so that nothing is told again.
    """
    written = root.get("blocks")
    blocks = _declared(written, findings)
    stages = root.get("stages")
    rest = without(root, "blocks")
    if stages is None:
        return rest
    known = {*written.items} if isinstance(written, MappingNode) else set()
    expander = _Expander(blocks, known, findings)
    try:
        expanded = expander.inside(stages, ())
    except _TooManyError:
        findings.add(
            "too-large",
            f"with blocks in place, the pipeline has more than {_MOST_NODES:,} values",
            root.items["blocks"].key_span,
        )
        return rest
    _tell_never_used(blocks, expander.used, findings)
    for one in walk(expanded):
        name = reference_in(one)
        if name and name.split(".")[0] == "block" and _place(one.span) not in expander.told:
            findings.add(
                "reference",
                f"`${name}` stands in no block: only there $block has a meaning",
                one.span,
            )
    return with_value(rest, "stages", expanded)


def _tell_never_used(
    blocks: Mapping[str, _Block], used: Collection[str], findings: Findings
) -> None:
    for block in blocks.values():
        if block.name not in used and block.item.key_span.source.extended_at is None:
            findings.add(
                "unused",
                f"nothing uses the block `{block.name}`, so its layers are not checked",
                block.item.key_span,
                help=f"write {{type: {block.name}}} in a list of layers, or leave the block out",
            )


def _place(span: Span) -> tuple[str, int, int]:
    return span.source.name, span.line, span.column


# ---- declarations -------------------------------------------------------------------------------


def _declared(written: Node | None, findings: Findings) -> dict[str, _Block]:
    """The blocks that are declared right."""
    if written is None or is_null(written):
        return {}
    if not isinstance(written, MappingNode):
        findings.add(
            "not-a-mapping",
            f"blocks takes a mapping from names to blocks, not {shown(written)}",
            written.span,
        )
        return {}
    blocks = {}
    for name, item in written.items.items():
        block = _block(name, item, findings)
        if block is not None:
            blocks[name] = block
    return blocks


def _block(name: str, item: Item, findings: Findings) -> _Block | None:
    node = item.value
    layers_table = table_of("layer")
    if not _NAME.fullmatch(name):
        findings.add(
            "block",
            f"a block's name is lower-case letters, digits and `_`, not `{name}`",
            item.key_span,
        )
        return None
    if name in layers_table.entries:
        findings.add(
            "block",
            f"a block cannot be called `{name}`: a layer is",
            item.key_span,
            help=f"another name, my_{name} for example",
        )
        return None
    if not isinstance(node, MappingNode):
        findings.add(
            "not-a-mapping", f"a block takes a mapping with layers, not {shown(node)}", node.span
        )
        return None
    for key, inner in node.items.items():
        if key not in _KEYS:
            findings.add(
                "unknown-key",
                f"a block has no key `{key}`",
                inner.key_span,
                help=did_you_mean(key, _KEYS),
            )
    layers = node.get("layers")
    if not isinstance(layers, SequenceNode) or not layers.items:
        findings.add(
            "block",
            f"the block {name} needs a list of layers",
            node.items["layers"].span if layers is not None else item.key_span,
        )
        return None
    parameters = _parameters(name, node, findings)
    block = _Block(name, item, parameters, layers)
    _tell_unused(block, findings)
    return block


def _parameters(name: str, node: MappingNode, findings: Findings) -> Mapping[str, Item]:
    written = node.get("parameters")
    if written is None or is_null(written):
        return {}
    if not isinstance(written, MappingNode):
        findings.add(
            "not-a-mapping",
            f"parameters takes a mapping, not {shown(written)}",
            node.items["parameters"].span,
            help=f"write {{width: , stride: 1}}: {name} then must be given a width",
        )
        return {}
    kept = {}
    for key, item in written.items.items():
        if key in _OF_USE or not _NAME.fullmatch(key):
            findings.add(
                "block",
                f"a parameter cannot be called `{key}`: every use of a block takes that key"
                if key in _OF_USE
                else f"a parameter's name is lower-case letters, digits and `_`, not `{key}`",
                item.key_span,
            )
        else:
            kept[key] = item
    return kept


def _tell_unused(block: _Block, findings: Findings) -> None:
    names = {name for node in walk(block.layers) if (name := reference_in(node)) is not None}
    used = {name.removeprefix("block.") for name in names if name.startswith("block.")}
    if used - block.parameters.keys():
        # One of those may be meant, and is told at its place.
        return
    for name, item in block.parameters.items():
        if name not in used:
            findings.add(
                "block",
                f"nothing in {block.name} uses its parameter `{name}`",
                item.key_span,
                help=f"write $block.{name} where its value belongs",
            )


# ---- uses ---------------------------------------------------------------------------------------


class _Expander:
    """`known` are all names of blocks, those declared wrong included.

    `told` are the places of references that name no parameter.
    """

    def __init__(self, blocks: Mapping[str, _Block], known: set[str], findings: Findings) -> None:
        self.findings = findings
        self.told: set[tuple[str, int, int]] = set()
        self.used: set[str] = set()
        self._blocks = blocks
        self._known = known
        self._nodes = 0

    def inside(self, node: Node, way: tuple[str, ...]) -> Node:
        """The node with all uses in it expanded; `way` are the blocks that it stands in."""
        self._nodes += bool(way)
        if self._nodes > _MOST_NODES:
            raise _TooManyError
        match node:
            case SequenceNode(items=items, span=span):
                return SequenceNode(tuple(self.inside(one, way) for one in items), span)
            case MappingNode(items=items, span=span):
                changed = {
                    key: Item(key, item.key_span, self._value(key, item.value, way))
                    for key, item in items.items()
                }
                return MappingNode(changed, span)
            case _:
                return node

    def _value(self, key: str, node: Node, way: tuple[str, ...]) -> Node:
        if key not in LISTS or not isinstance(node, SequenceNode):
            return self.inside(node, way)
        counts: Counter[str] = Counter()
        return SequenceNode(tuple(self._layer(one, counts, way) for one in node.items), node.span)

    def _layer(self, node: Node, counts: Counter[str], way: tuple[str, ...]) -> Node:
        name_node = node.get("type") if isinstance(node, MappingNode) else node
        if not isinstance(name_node, ScalarNode) or not isinstance(name_node.value, str):
            return self.inside(node, way)
        name = name_node.value
        if name in self._known:
            self.used.add(name)
            counts[name] += 1
            return self._expanded(node, name, name_node.span, counts[name], way)
        table = table_of("layer")
        if name in table.entries or name in table.left_out or reference_in(name_node):
            return self.inside(node, way)
        near = nearest(name, [*self._known, *table.entries])
        if near not in self._known:
            return self.inside(node, way)
        self.findings.add(
            "unknown-component",
            f"there is no layer or block `{name}`",
            name_node.span,
            help=f"did you mean `{near}`?",
        )
        return _nothing(name_node.span)

    def _expanded(
        self, node: Node, name: str, span: Span, number: int, way: tuple[str, ...]
    ) -> Node:
        """`number` counts the uses of the block in this list; without an id it is called by it."""
        block = self._blocks.get(name)
        if block is None:
            return _nothing(span)
        if name in way:
            chain = " -> ".join([*way[way.index(name) :], name])
            self.findings.add("block", f"the block {name} uses itself: {chain}", span)
            return _nothing(span)
        written = node if isinstance(node, MappingNode) else MappingNode({}, span)
        values = self._values(block, written, span)
        if values is None:
            return _nothing(span)
        layers = self._filled(block, values, (span, f"{name} is used here"))
        body = self._value("layers", layers, (*way, name))
        kept = {key: item for key, item in written.items.items() if key in _OF_USE}
        result = MappingNode(kept, written.span)
        result = with_item(result, Item("type", span, ScalarNode("Sequential", span)))
        if "id" not in kept:
            given = ScalarNode(f"{name}_{number}", span, plain=False)
            result = with_item(result, Item("id", span, given))
        return with_item(result, Item("layers", span, body))

    def _values(self, block: _Block, written: MappingNode, span: Span) -> dict[str, Node] | None:
        """The value of each parameter, or None, told."""
        before = len(self.findings.found)
        values: dict[str, Node] = {}
        for key, item in written.items.items():
            if key in block.parameters:
                values[key] = item.value
            elif key not in _OF_USE:
                allowed = [*block.parameters, *_OF_USE[1:]]
                self.findings.add(
                    "unknown-key",
                    f"the block {block.name} has no parameter `{key}`",
                    item.key_span,
                    help=did_you_mean(key, allowed) or listed(allowed),
                    related=[(block.item.key_span, f"{block.name} is declared here")],
                )
        for key, item in block.parameters.items():
            if key in values:
                continue
            if is_null(item.value) and len(self.findings.found) == before:
                self.findings.add(
                    "missing-key",
                    f"the block {block.name} needs a `{key}`",
                    span,
                    related=[(item.key_span, "it has no value of its own")],
                )
            values[key] = item.value
        return values if len(self.findings.found) == before else None

    def _filled(
        self, block: _Block, values: Mapping[str, Node], way: tuple[Span, str]
    ) -> SequenceNode:
        """The block's layers with values in the place of `$block` references."""

        def value(node: ScalarNode) -> Node:
            first, *rest = (reference_in(node) or "").split(".")
            if first != "block":
                return node
            name = ".".join(rest)
            if name in values:
                return _standing_at(values[name], node.span)
            self.told.add(_place(node.span))
            self.findings.add(
                "reference",
                f"the block {block.name} has no parameter `{name}`",
                node.span,
                help=did_you_mean(name, values) or "declare it among its parameters",
            )
            return node

        filled = replace_scalars(_led_to(block.layers, way), value)
        assert isinstance(filled, SequenceNode)
        return filled


def _nothing(span: Span) -> Node:
    return ScalarNode("Identity", span)


def _standing_at(node: Node, span: Span) -> Node:
    """A value as a reference's: single ones stand where the reference stood, with the way there."""
    if not isinstance(node, ScalarNode):
        return node
    value, use = node.span, span.way
    if use is not None and (use[0].source, use[0].line) != (value.source, value.line):
        value = _with_way(value, use)
    return replace(node, span=replace(span, way=(value, "the value was set here")))


def _led_to(node: Node, way: tuple[Span, str]) -> Node:
    """The node where it stands, with the way to where it is used at the end of its own way."""
    span = _with_way(node.span, way)
    match node:
        case ScalarNode():
            return replace(node, span=span)
        case SequenceNode(items=items):
            return SequenceNode(tuple(_led_to(one, way) for one in items), span)
        case MappingNode(items=items):
            led = {
                key: Item(key, _with_way(item.key_span, way), _led_to(item.value, way))
                for key, item in items.items()
            }
            return MappingNode(led, span)


def _with_way(span: Span, way: tuple[Span, str]) -> Span:
    if span.way is None:
        return replace(span, way=way)
    return replace(span, way=(_with_way(span.way[0], way), span.way[1]))
