"""Walks the types of fields: components, models, unions, lists and mappings within them."""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Literal, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from cifar_pipe.catalog.core.entry import Kind
from cifar_pipe.frozen import frozen


@frozen
class KindMark:
    """Marks a type, in its metadata, as one that holds a component of the kind."""

    kind: Kind


def type_of(field: FieldInfo) -> Any:
    """The field's type with its metadata, which Pydantic keeps apart."""
    return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation


def kind_of(annotation: Any) -> Kind | None:
    """The kind of component that the type is, if it is one."""
    return next((one.kind for one in _metadata(annotation) if isinstance(one, KindMark)), None)


def bare(annotation: Any) -> Any:
    """The type without its metadata."""
    return get_args(annotation)[0] if _metadata(annotation) else annotation


def branches(annotation: Any) -> tuple[Any, ...]:
    """The branches of a union; none for any other type."""
    return get_args(annotation) if get_origin(annotation) in (Union, UnionType) else ()


def is_model(annotation: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def parts(annotation: Any) -> Iterator[Any]:
    """The type and all types within it, from the outside in."""
    yield annotation
    alternatives = [
        one for mark in _metadata(annotation) for one in getattr(mark, "alternatives", ())
    ]
    inner = () if get_origin(annotation) is Literal else get_args(annotation)
    for part in (*inner[:1], *alternatives) if _metadata(annotation) else inner:
        yield from parts(part)


def holds_components(annotation: Any) -> bool:
    """Whether there are components or models within the type."""
    return any(is_model(part) or kind_of(part) is not None for part in parts(annotation))


def branch_for(choices: tuple[Any, ...], *, is_list: bool, is_mapping: bool) -> Any:
    """The branch of a union that a value written like this belongs to; Any for a plain one.

    `is_mapping` is true for a mapping without `type`, which holds components by name.
    """
    holding = [(one, get_origin(bare(one))) for one in choices if holds_components(one)]
    mappings = [one for one, origin in holding if is_mapping and origin is dict]
    fitting = [one for one, origin in holding if (origin is list) == is_list]
    return next(iter([*mappings, *fitting]), Any)


def allowed_words(annotation: Any) -> tuple[Any, ...]:
    """The values that the Literals within the type allow, and the words of its description."""
    found: list[Any] = []
    for part in parts(annotation):
        if get_origin(part) is Literal:
            found += get_args(part)
        found += [one for mark in _metadata(part) for one in getattr(mark, "allowed", ())]
    return tuple(dict.fromkeys(found))


def list_lengths(annotation: Any) -> set[int]:
    """The lengths of those lists within the type that have exactly one."""
    marks = [mark for part in parts(annotation) for mark in _metadata(part)]
    return {length for mark in marks if (length := getattr(mark, "length", None)) is not None}


def _metadata(annotation: Any) -> tuple[Any, ...]:
    return getattr(annotation, "__metadata__", ())
