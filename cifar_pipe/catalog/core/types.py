"""The types of arguments: strict, without NaN, each with its words and its JSON Schema.

A type is an annotation that Pydantic takes. Where an argument takes several forms (`3` or
`[3, 3]`), `either` tries them in order and makes one finding, not one per branch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

Int = Annotated[int, Field(strict=True)]
PositiveInt = Annotated[int, Field(strict=True, gt=0)]
NonNegativeInt = Annotated[int, Field(strict=True, ge=0)]
Float = Annotated[float, Field(strict=True, allow_inf_nan=False)]
PositiveFloat = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
NonNegativeFloat = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
Probability = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
Bool = Annotated[bool, Field(strict=True)]
Str = Annotated[str, Field(strict=True, min_length=1)]


def whole(**bounds: Any) -> Any:
    """A whole number; the bounds are Pydantic's: gt, ge, lt, le."""
    return Annotated[int, Field(strict=True, **bounds)]


def number(**bounds: Any) -> Any:
    """A finite number; strict floats take whole numbers too: `lr: 1` means 1.0."""
    return Annotated[float, Field(strict=True, allow_inf_nan=False, **bounds)]


def choice(*names: str) -> Any:
    """One of these words."""
    return Literal[names]


def whole_choice(*numbers: int) -> Any:
    """One of these whole numbers; a Literal of them takes true and 1.0, which equal 1."""

    def check(value: Any) -> Any:
        if type(value) is int and value in numbers:
            return value
        expected = " or ".join(map(str, numbers))
        raise PydanticKnownError("literal_error", {"expected": expected})

    schema = WithJsonSchema({"enum": list(numbers)})
    return Annotated[Any, PlainValidator(check), schema, Words(_one_of(numbers), allowed=numbers)]


def optional(type_: Any) -> Any:
    """The type, or null."""
    return either(type_, None, expected=f"{describe(type_)} or null")


def list_of(item: Any, length: int | None = None, *, minimum: int = 0) -> Any:
    """A list, of exactly `length` items if that is given."""
    low = minimum if length is None else length
    words = f"a list of {length} " if length is not None else "a list of "
    return Annotated[
        list[item],
        Field(strict=True, min_length=low, max_length=length),
        Words(words + describe(item, plural=True), length=length),
    ]


def range_of(item: Any) -> Any:
    """A list of two values, the first not above the second."""

    def check(value: list[Any]) -> list[Any]:
        if value[0] > value[1]:
            raise PydanticCustomError("range", "its first value is above its second")
        return value

    return Annotated[
        list_of(item, 2),
        AfterValidator(check),
        Words(f"a list of 2 {describe(item, plural=True)} in rising order", length=2),
    ]


def size(dimensions: int, item: Any = PositiveInt) -> Any:
    """One whole number for all dimensions, or a list with one per dimension."""
    return _size(dimensions) if item is PositiveInt else either(item, list_of(item, dimensions))


@cache
def _size(dimensions: int) -> Any:
    """Most layers for pixels have several of these."""
    return either(PositiveInt, list_of(PositiveInt, dimensions))


@dataclass(frozen=True)
class Words:
    """How a type is called in a message; `plural` is what several are called, where that differs.

    `allowed` are words that the type takes, and `length` is that of a list which has only one.
    """

    text: str
    plural: str | None = None
    allowed: tuple[Any, ...] = ()
    length: int | None = None


Sha256 = Annotated[
    str,
    Field(strict=True, pattern=r"^[0-9a-fA-F]{64}$"),
    Words("64 hexadecimal digits, as sha256sum prints them"),
]

_PLAIN_WORDS = {int: "a whole number", float: "a number", bool: "true or false", str: "a word"}
_PLURAL_WORDS = {int: "whole numbers", float: "numbers", bool: "booleans", str: "words"}


def many(kind: str) -> str:
    """Several of a kind of components: losses, layers."""
    return f"{kind}es" if kind.endswith("s") else f"{kind}s"


def describe(type_: Any, *, plural: bool = False) -> str:
    """The type in words: `a whole number above 0`, `one of zeros, reflect`."""
    if type_ is None or type_ is type(None):
        return "null"
    metadata = getattr(type_, "__metadata__", ())
    # The words of the outermost of nested types, which come last, are the most exact.
    for item in reversed(metadata):
        if isinstance(item, Words):
            return item.plural if plural and item.plural else item.text
    base = getattr(type_, "__origin__", type_) if metadata else type_
    for item in metadata:
        if kind := getattr(item, "kind", None):
            return many(kind) if plural else f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
    origin, arguments = get_origin(base), get_args(base)
    if origin is Literal:
        return _one_of(arguments)
    if origin in (Union, UnionType):
        inner = [one for one in arguments if one is not type(None)]
        bounds = [item for item in metadata if not isinstance(item, Words)]
        if len(inner) == 1 and bounds:
            inner = [Annotated[(inner[0], *bounds)]]
        return " or ".join(describe(one, plural=plural) for one in inner)
    if origin is list:
        return f"a list of {describe(arguments[0], plural=True)}"
    if origin is dict or (isinstance(base, type) and issubclass(base, BaseModel)):
        return "mappings" if plural else "a mapping"
    words = (_PLURAL_WORDS if plural else _PLAIN_WORDS).get(base)
    return words + _bounds(metadata) if words else getattr(base, "__name__", str(base))


def _one_of(values: tuple[Any, ...]) -> str:
    listed = ", ".join(map(str, values))
    return listed if len(values) == 1 else f"one of {listed}"


def _bounds(metadata: tuple[Any, ...]) -> str:
    limits: dict[str, Any] = {}
    words = {"gt": "above", "ge": "of at least", "lt": "below", "le": "of at most"}
    for item in metadata:
        for constraint in getattr(item, "metadata", (item,)):
            found = {name: getattr(constraint, name, None) for name in words}
            limits |= {name: value for name, value in found.items() if value is not None}
    if "ge" in limits and "le" in limits:
        return f" from {limits['ge']} to {limits['le']}"
    return "".join(f" {words[name]} {value}" for name, value in limits.items())


@dataclass(frozen=True)
class _Either:
    alternatives: tuple[Any, ...]
    expected: str

    @cached_property
    def _adapters(self) -> list[TypeAdapter[Any]]:
        return [TypeAdapter(alternative) for alternative in self.alternatives]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        def validate(value: Any) -> Any:
            for adapter in self._adapters:
                try:
                    return adapter.validate_python(value, strict=True)
                except ValidationError:
                    continue
            raise PydanticCustomError("either", "{expected}", {"expected": self.expected})

        return core_schema.no_info_plain_validator_function(validate)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return handler(core_schema.union_schema([one.core_schema for one in self._adapters]))


def either(*alternatives: Any, expected: str | None = None) -> Any:
    """The first of the alternatives that takes the value; one message if none does."""
    words = expected or " or ".join(describe(one) for one in alternatives)
    return Annotated[Any, _Either(alternatives, words), Words(words)]
