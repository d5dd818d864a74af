"""Where to tell what PyTorch, or a check before it, refuses of a component."""

from __future__ import annotations

from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.errors import RunError
from cifar_pipe.pipeline.spans import name_span
from cifar_pipe.syntax.nodes import MappingNode, span_at
from cifar_pipe.training.optimization.refused import Refused


def words_of(error: RunError, fallback: Span) -> Span:
    """What is wrong in the component, or its name where that is not written."""
    if not isinstance(error, Refused):
        return fallback
    node = error.component.node
    if isinstance(node, MappingNode) and error.path[0] in node.items:
        return span_at(node, error.path)
    return name_span(node, None, fallback)
