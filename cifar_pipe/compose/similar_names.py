"""A name that is declared and never used is often another file's name, misspelt."""

from __future__ import annotations

from collections.abc import Mapping

from cifar_pipe.diagnostics.suggest import nearest
from cifar_pipe.syntax.nodes import Item


def similar_name(item: Item, items: Mapping[str, Item]) -> str | None:
    """'did you mean `w`?' where another file or override has a similar name.

    Two similar names of one file are both right: whoever wrote the one saw the other.
    """
    source = item.key_span.source
    others = [one.key for one in items.values() if one.key_span.source is not source]
    near = nearest(item.key, others) or next(
        (one for one in others if item.key.startswith(one) or one.startswith(item.key)), None
    )
    return f"did you mean `{near}`?" if near else None
