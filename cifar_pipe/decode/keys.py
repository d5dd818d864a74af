"""The keys of a Pydantic model, compared with those of a mapping."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from cifar_pipe.syntax.node_edits import is_left_out
from cifar_pipe.syntax.nodes import Item, MappingNode, text_in


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
        if last and key not in fields and is_left_out(item.value):
            rest.append(key)
        elif rest:
            break
        else:
            takes = fields[key].annotation if key in fields else None
            takes_list = any(get_origin(one) is list for one in (takes, *get_args(takes)))
            last = item if takes_list and text_in(item.value) is not None else None
    return (last, rest) if rest else (None, ())
