"""Blocks: lists of layers under a name, with parameters, to be used like a layer's type.

A use becomes a Sequential of the block's layers, in which `$block.width` is the value that the use
sets or else the block's own. Nodes keep their place in the block, with the use as their origin.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from cifar_pipe.catalog.core.component_keys import BLOCK_USE_KEYS
from cifar_pipe.catalog.core.lookup import find, table_of
from cifar_pipe.compose.block_declarations import Block, Blocks, block_reference, declared_blocks
from cifar_pipe.compose.provenance import Origin, Removals, at_reference, extended, with_origin
from cifar_pipe.compose.references import OUTSIDE_BLOCK
from cifar_pipe.compose.unused_overrides import override_in, report_unused_defaults
from cifar_pipe.diagnostics.findings import MOST_REPORTED, Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.diagnostics.suggest import did_you_mean, nearest
from cifar_pipe.syntax.key_recovery import report_unknown_key
from cifar_pipe.syntax.limits import Budget, TooLargeError
from cifar_pipe.syntax.node_edits import is_null, map_children, replace_scalars, with_value, without
from cifar_pipe.syntax.nodes import (
    Item,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    error_node,
    is_incomplete,
    reference_in,
    text_in,
    walk,
)

# The keys that take lists of layers.
LISTS = ("layers", "shortcut")


def expand_blocks(root: MappingNode, findings: Findings, removed: Removals) -> MappingNode:
    """The pipeline with the layers of blocks instead of their uses, and without `blocks`.

    What is wrong with a block or its use is reported (`block`, `reference`); such a use becomes an
    error node, so that nothing is reported again.
    """
    blocks = declared_blocks(root.get("blocks"), findings, incomplete=is_incomplete(root))
    rest = without(root, "blocks")
    stages = root.get("stages")
    if stages is not None:
        expander = _Expander(blocks, findings, removed)
        try:
            rest = with_value(rest, "stages", expander.inside(stages, ()))
        except TooLargeError as error:
            message = f"with blocks in place, {error}"
            findings.add("too-large", message, root.items["blocks"].key_span)
            return rest
        for name, block in blocks.right.items():
            if name not in expander.used:
                _report_unused(block, findings)
            else:
                report_unused_defaults(block, expander.defaults, findings)
    # Below `vars` such references are reported when they are resolved.
    for node in walk(without(rest, "vars")):
        if block_reference(node) is not None:
            _report_no_block(node, findings)
    return rest


def _report_unused(block: Block, findings: Findings) -> None:
    name, here = block.name, block.item.key_span
    help_ = f"write {{type: {name}}} in a list of layers, or leave the block out"
    if span := override_in(block.item.value):
        message = f"nothing uses the block `{name}`, so this override changes nothing"
        findings.add("override", message, span, help=help_)
    elif here.source.extended_at is None:
        message = f"nothing uses the block `{name}`, so its layers are not checked"
        findings.add("unused", message, here, help=help_)


def _report_no_block(node: Node, findings: Findings) -> None:
    findings.add("reference", f"`${reference_in(node)}` {OUTSIDE_BLOCK}", node.span)


class _Expander:
    def __init__(self, blocks: Blocks, findings: Findings, removed: Removals) -> None:
        self.findings = findings
        self.used: set[str] = set()
        # By id(), the parameters' own values that a use of their block has taken.
        self.defaults: set[int] = set()
        self._blocks = blocks
        self._removed = removed
        self._budget = Budget("the pipeline")
        self._depth = 0
        self._unknown_names = 0

    def inside(self, node: Node, chain: tuple[str, ...]) -> Node:
        """The node with all uses in it expanded; `chain` are the blocks that it is in.

        Raises TooLargeError: blocks that use blocks multiply.
        """
        # Each block that it is in makes a copy, with longer origins.
        self._budget.spend(len(chain), node.span)
        if not isinstance(node, MappingNode):
            return self._children(node, lambda child: self.inside(child, chain))
        self._enter(node.span)
        changed = {
            key: Item(key, item.key_span, self._value(key, item.value, chain))
            for key, item in node.items.items()
        }
        self._depth -= 1
        return MappingNode(changed, node.span)

    def _enter(self, span: Span) -> None:
        self._depth += 1
        self._budget.check_depth(self._depth, span)

    def _children(self, node: Node, change: Callable[[Node], Node]) -> Node:
        self._enter(node.span)
        changed = map_children(node, change)
        self._depth -= 1
        return changed

    def _value(self, key: str, node: Node, chain: tuple[str, ...]) -> Node:
        if key not in LISTS or not isinstance(node, SequenceNode):
            return self.inside(node, chain)
        counts: Counter[str] = Counter()
        return self._children(node, lambda layer: self._layer(layer, counts, chain))

    def _layer(self, node: Node, counts: Counter[str], chain: tuple[str, ...]) -> Node:
        name_node = node.get("type") if isinstance(node, MappingNode) else node
        name = text_in(name_node)
        if name is None or name_node is None:
            return self.inside(node, chain)
        removed = self._removed.related("blocks", name)
        if not (self._blocks.names or self._blocks.may_name(name) or removed):
            return self.inside(node, chain)
        table = table_of("layer")
        if name not in self._blocks.names and (
            find("layer", name) or name in table.left_out or reference_in(name_node)
        ):
            return self.inside(node, chain)
        if self._blocks.may_name(name):
            self.used.add(name)
            counts[name] += 1
            return self._expanded(node, name, name_node.span, counts[name], chain)
        self._unknown_names += 1
        near = None
        # Looked for no more often than it could be reported.
        if self._blocks.names and self._unknown_names <= MOST_REPORTED:
            near = nearest(name, [*self._blocks.names, *table.entries])
        if near not in self._blocks.names and not removed:
            return self.inside(node, chain)
        message = f"there is no layer or block `{name}`"
        help_ = f"did you mean `{near}`?" if near else None
        self.findings.add("unknown-component", message, name_node.span, help=help_, related=removed)
        return error_node(name_node.span)

    def _expanded(
        self, node: Node, name: str, span: Span, number: int, chain: tuple[str, ...]
    ) -> Node:
        """`number` counts the uses of the block in this list; without an id it is called by it."""
        block = self._blocks.right.get(name)
        if block is None:
            return error_node(span)
        if name in chain:
            cycle = " -> ".join([*chain[chain.index(name) :], name])
            self.findings.add("block", f"the block {name} uses itself: {cycle}", span)
            return error_node(span)
        written = node if isinstance(node, MappingNode) else MappingNode({}, span)
        values = self._values(block, written, span)
        if values is None:
            return error_node(span)
        layers = self._filled(block, values, (span, f"{name} is used here"))
        self._enter(span)
        body = self._value("layers", layers, (*chain, name))
        self._depth -= 1
        items = {key: item for key, item in written.items.items() if key in BLOCK_USE_KEYS}
        items["type"] = Item("type", span, ScalarNode("Sequential", span))
        items.setdefault("id", Item("id", span, ScalarNode(f"{name}_{number}", span, plain=False)))
        items["layers"] = Item("layers", span, body)
        return MappingNode(items, written.span)

    def _values(self, block: Block, written: MappingNode, span: Span) -> dict[str, Node] | None:
        """The value of each parameter, or None with a finding."""
        if is_incomplete(written):
            return None
        scope = self.findings.scope()
        values: dict[str, Node] = {}
        for key, item in written.items.items():
            stray = next(filter(block_reference, walk(item.value)), None)
            if key in block.parameters and stray is not None:
                _report_no_block(stray, self.findings)
            elif key in block.parameters:
                values[key] = item.value
            elif key not in BLOCK_USE_KEYS:
                allowed = [*block.parameters, *BLOCK_USE_KEYS[1:]]
                message = f"the block {block.name} has no parameter"
                declared = [(block.item.key_span, f"{block.name} is declared here")]
                report_unknown_key(message, item, allowed, self.findings, related=declared)
        for key, item in block.parameters.items():
            if key not in values and is_null(item.value) and not scope.has_errors:
                message = f"the block {block.name} needs a `{key}`"
                related = [(item.key_span, "it has no value of its own")]
                self.findings.add("missing-key", message, span, related=related)
            if key not in values:
                values[key] = item.value
                self.defaults.add(id(item.value))
        return values if not scope.has_errors else None

    def _filled(self, block: Block, values: Mapping[str, Node], origin: Origin) -> SequenceNode:
        """The block's layers with values instead of `$block` references."""

        def value(node: ScalarNode) -> Node:
            name = block_reference(node)
            if name is None:
                return node
            if name in values:
                # With the use of the block as the value's origin where it is elsewhere.
                span, use = values[name].span, node.span.origin
                if use is not None and (use[0].source, use[0].line) != (span.source, span.line):
                    span = extended(span, use)
                return at_reference(values[name], node.span, set_at=span)
            message = f"the block {block.name} has no parameter `{name}`"
            help_ = did_you_mean(name, values) or "declare it among its parameters"
            self.findings.add("reference", message, node.span, help=help_)
            return error_node(node.span)

        filled = replace_scalars(with_origin(block.layers, origin), value)
        assert isinstance(filled, SequenceNode)
        return filled
