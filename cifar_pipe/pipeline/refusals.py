"""Where to tell what PyTorch, or a check before it, refuses of a component."""

from __future__ import annotations

from cifar_pipe.errors import RunError
from cifar_pipe.language.nodes import MappingNode, Span, span_at
from cifar_pipe.pipeline.places import name_span
from cifar_pipe.training.refused import Refused


def words_of(error: RunError, otherwise: Span) -> Span:
    """What is wrong in the component, or its name where that is not written."""
    if not isinstance(error, Refused):
        return otherwise
    node = error.component.node
    if isinstance(node, MappingNode) and error.path[0] in node.items:
        return span_at(node, error.path)
    return name_span(node, None, otherwise)
