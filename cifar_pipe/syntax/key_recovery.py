"""Misspelt and misplaced keys: each is reported once, and what follows from it is held back."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable
from itertools import islice
from typing import Any, Final

from cifar_pipe.diagnostics.findings import MOST_REPORTED, Findings
from cifar_pipe.diagnostics.suggest import did_you_mean, listed, nearest
from cifar_pipe.syntax.nodes import ERROR_KEY, Item, MappingNode, is_incomplete

# What other tools put a component's arguments under.
HOLDERS: Final = {"args", "arguments", "kwargs", "params", "init_args"}


def report_unknown_key(
    has_no: str, item: Item, allowed: Iterable[str], findings: Findings, **more: Any
) -> None:
    """`has_no` is the message up to the key ("a block has no key"); `more` are notes, help (instead
    of the nearest allowed key) and related.
    """
    names = list(allowed)
    more.setdefault("help", did_you_mean(item.key, names) or listed(names))
    findings.add("unknown-key", f"{has_no} `{item.key}`", item.key_span, **more)


def reported_missing(node: MappingNode, fields: Collection[str]) -> Collection[str]:
    """The fields that are reported as missing already: each under the wrong name that is written
    for it, or all of them where a part of the mapping is not known. With "" there is a key that is
    like none.
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
    """The mapping with misspelt ones of these keys reported, and read as the right ones.

    `names` are the keys that everything else depends on; `known` are other keys that are right.
    """
    wanted = [name for name in names if name not in node.items]
    unknown = (key for key in node.items if key not in {ERROR_KEY, *names} and key not in known)
    candidates = set(islice(unknown, MOST_REPORTED)) if wanted else ()
    items = {}
    for key, item in node.items.items():
        name = nearest(key, names) if wanted and key in candidates else None
        if name is None or name not in wanted:
            items[key] = item
            continue
        wanted.remove(name)
        report_unknown_key(f"{what} has no key", item, names, findings)
        items[name] = Item(name, item.key_span, item.value)
    return MappingNode(items, node.span)
