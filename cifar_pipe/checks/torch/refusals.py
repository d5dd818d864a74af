"""Where to report what PyTorch, or a check before it, refuses of a component."""

from __future__ import annotations

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.syntax.nodes import MappingNode, locate


def words_of(error: ProblemError, component: Component, fallback: Span) -> Span:
    """What is wrong in the component, or its name where that is not written."""
    if isinstance(component.node, MappingNode):
        return locate(component.node, error.problem.path, fallback)
    return fallback
