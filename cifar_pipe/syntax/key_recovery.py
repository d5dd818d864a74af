"""Keys that are not what they seem: each is told once, and what follows from it is held back."""

from __future__ import annotations

from collections.abc import Collection, Container
from itertools import islice
from typing import Final

from cifar_pipe.diagnostics.findings import MOST_REPORTED, Findings
from cifar_pipe.diagnostics.suggest import nearest
from cifar_pipe.syntax.nodes import ERROR_KEY, Item, MappingNode, is_incomplete

# What other tools put a component's arguments under.
HOLDERS: Final = {"args", "arguments", "kwargs", "params", "init_args"}


def absence_reported(node: MappingNode, fields: Collection[str]) -> Collection[str]:
    """The fields of which it is told already that they are missing: each under the wrong name that
    stands there for it, or any of them where something is not known of the mapping. With "" there
    is a key that is like none.
    """
    if is_incomplete(node) or HOLDERS.intersection(node.items).difference(fields):
        return fields
    unknown = islice((key for key in node.items if key not in fields), MOST_REPORTED)
    return {nearest(key, fields) or "" for key in unknown}


def corrected(
    node: MappingNode,
    names: Collection[str],
    what: str,
    findings: Findings,
    *,
    known: Container[str] = (),
) -> MappingNode:
    """With the misspelt ones of the keys that everything else hangs on told, and read as meant.

    `known` are other keys that are right.
    """
    wanted = [name for name in names if name not in node.items]
    items = {}
    right = {ERROR_KEY, *names}
    unknown = set(
        islice((key for key in node.items if key not in right and key not in known), MOST_REPORTED)
    )
    for key, item in node.items.items():
        meant = nearest(key, names) if wanted and key in unknown else None
        if meant not in wanted or meant is None:
            items[key] = item
            continue
        wanted.remove(meant)
        findings.add(
            "unknown-key",
            f"{what} has no key `{key}`",
            item.key_span,
            help=f"did you mean `{meant}`?",
        )
        items[meant] = Item(meant, item.key_span, item.value)
    return MappingNode(items, node.span)
