"""Keys that are not what they seem: each is told once, and what follows from it is held back."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping
from functools import cache
from itertools import islice
from typing import Final, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from cifar_pipe.language.findings import MOST_TOLD, Findings
from cifar_pipe.language.nodes import HOLE, Item, MappingNode, ScalarNode, has_hole
from cifar_pipe.language.suggest import nearest
from cifar_pipe.language.trees import is_null

# What other tools put a component's arguments under.
HOLDERS: Final = {"args", "arguments", "kwargs", "params", "init_args"}


@cache
def keys_of(model: type[BaseModel]) -> frozenset[str]:
    """The keys that the model takes, as they are written."""
    return frozenset(field.alias or name for name, field in model.model_fields.items())


def absence_told(node: MappingNode, fields: Collection[str]) -> Collection[str]:
    """The fields of which it is told already that they are missing: each under the wrong name that
    stands there for it, or any of them where something is not known of the mapping. With "" there
    is a key that is like none.
    """
    if has_hole(node) or HOLDERS.intersection(node.items).difference(fields):
        return fields
    unknown = islice((key for key in node.items if key not in fields), MOST_TOLD)
    return {nearest(key, fields) or "" for key in unknown}


def mended(
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
    right = {HOLE, *names}
    unknown = set(
        islice((key for key in node.items if key not in right and key not in known), MOST_TOLD)
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


def cut_list(
    node: MappingNode, fields: Mapping[str, FieldInfo]
) -> tuple[Item | None, Collection[str]]:
    """`a: b, c, d` in braces: YAML takes c and d for keys without a value. The item and these."""
    last: Item | None = None
    rest: list[str] = []
    for key, item in node.items.items():
        if (
            key not in fields
            and is_null(item.value)
            and item.value.span.column == item.value.span.end_column
            and last
        ):
            rest.append(key)
        elif rest:
            break
        else:
            last = item if _takes_list(item, fields) else None
    return (last, rest) if rest else (None, ())


def _takes_list(item: Item, fields: Mapping[str, FieldInfo]) -> bool:
    """Whether the single value should be a list."""
    value = item.value.value if isinstance(item.value, ScalarNode) else None
    takes = fields[item.key].annotation if item.key in fields else None
    return isinstance(value, str) and any(
        get_origin(one) is list for one in (takes, *get_args(takes))
    )
