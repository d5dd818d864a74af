"""The keys of a Pydantic model, compared with those of a mapping."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from cifar_pipe.syntax.node_edits import is_null
from cifar_pipe.syntax.nodes import Item, MappingNode, ScalarNode


@cache
def keys_of(model: type[BaseModel]) -> frozenset[str]:
    """The keys that the model takes, as they are written."""
    return frozenset(field.alias or name for name, field in model.model_fields.items())


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
