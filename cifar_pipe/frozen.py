"""Classes of values that never change: `dataclass(frozen=True, slots=True)` in a third of its time.

`dataclass` compiles seven functions for each class, which took a tenth of the time of `validate`. These
classes share theirs, and only `__init__` is compiled. Classes whose objects are made by the thousand, as
the nodes of a text, are better off with functions of their own, which are faster to call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from reprlib import recursive_repr
from typing import Any, TypeVar, dataclass_transform, overload

T = TypeVar("T")


@overload
def frozen(cls: type[T], /) -> type[T]: ...


@overload
def frozen(*, kw_only: bool) -> Callable[[type[T]], type[T]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[Any] | None = None, /, *, kw_only: bool = False) -> Any:
    """The class as a dataclass, whose functions apply: `fields`, `replace` and the others."""
    return _made(cls, kw_only=False) if cls else lambda one: _made(one, kw_only=kw_only)


def _made(cls: type[Any], *, kw_only: bool) -> type[Any]:
    for name, function in _SHARED.items():
        if name not in vars(cls):
            setattr(cls, name, function)
    made: Any = dataclass(cls, eq=False, repr=False, slots=True, kw_only=kw_only)
    compared = [one.name for one in fields(made) if one.compare]
    made.__compared__ = attrgetter(*(compared or ["__class__"]))
    return made  # type: ignore[no-any-return]


def _set_once(self: object, name: str, value: object) -> None:
    """What `__init__` does, and nobody after it."""
    if hasattr(self, name):
        raise FrozenInstanceError(f"cannot assign to field {name!r}")
    object.__setattr__(self, name, value)


def _delete(_: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


@recursive_repr()
def _shown(self: Any) -> str:
    shown = [f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr]
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _equals(self: Any, other: Any) -> Any:
    if type(self) is not type(other):
        return NotImplemented
    return self.__compared__(self) == self.__compared__(other)


def _hash(self: Any) -> int:
    return hash(self.__compared__(self))


_SHARED: dict[str, Any] = {
    "__setattr__": _set_once,
    "__delattr__": _delete,
    "__repr__": _shown,
    "__eq__": _equals,
    "__hash__": _hash,
}
