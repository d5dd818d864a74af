"""How messages show a value."""

from __future__ import annotations

from cifar_pipe.syntax.nodes import MappingNode, Node, ScalarNode, SequenceNode


def shown(node: Node) -> str:
    """The value as a message shows it."""
    match node:
        case ScalarNode(value=None):
            return "null"
        case ScalarNode(value=bool(value)):
            return "true" if value else "false"
        case ScalarNode(value=str(value)):
            short = value if len(value) <= 40 else value[:39] + "…"
            return f"the string `{short}`"
        case ScalarNode(value=value):
            return f"{value}"
        case SequenceNode(items=()):
            return "an empty list"
        case SequenceNode(items=items):
            return f"a list of {len(items)}"
        case MappingNode() if not node.items:
            return "an empty mapping"
        case _:
            return "a mapping"
