"""Where a component stands: the words to put under a finding's caret."""

from __future__ import annotations

from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.syntax.nodes import MappingNode, SequenceNode


def component_span(
    stage: Stage, path: tuple[str, ...], index: int | None, argument: str | None
) -> Span:
    """The words of a component in a list: the argument's if it is written, else its name's."""
    if index is None or index < 0:
        return stage.span(*path)
    node = stage.node
    for step in path:
        assert isinstance(node, MappingNode)
        if step not in node.items:
            return stage.id_span
        node = node.items[step].value
    if not isinstance(node, SequenceNode) or index >= len(node.items):
        return stage.span(*path)
    return name_span(node.items[index], argument, stage.span(*path, index))


def name_span(node: object, argument: str | None, fallback: Span) -> Span:
    """The argument's words, or the name's, of one component's node."""
    if isinstance(node, MappingNode):
        if argument is not None and argument in node.items:
            return node.items[argument].span
        if "type" in node.items:
            return node.items["type"].value.span
    return fallback
