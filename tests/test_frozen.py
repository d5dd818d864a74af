"""frozen: a class as `dataclass(frozen=True, slots=True)` makes it, with functions that all such classes share."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from typing import Any

import pytest

from cifar_pipe.frozen import frozen


@frozen
class Shape:
    name: str
    sides: tuple[int, ...] = ()
    seen: int = field(default=0, compare=False, repr=False)

    @property
    def count(self) -> int:
        return len(self.sides)


@dataclass(frozen=True, slots=True)
class Known:
    """What it is held against."""

    name: str
    sides: tuple[int, ...] = ()
    seen: int = field(default=0, compare=False, repr=False)


@frozen
class Other:
    name: str
    sides: tuple[int, ...] = ()


@frozen
class Nothing:
    pass


@frozen(kw_only=True)
class Facts:
    shown: bool = False


@frozen(kw_only=True)
class MoreFacts(Facts):
    size: int


class TestValues:
    def test_equal_fields_make_equal_values_with_one_hash(self) -> None:
        assert Shape("a", (1, 2), seen=3) == Shape("a", (1, 2), seen=4)
        assert len({Shape("a"), Shape("a"), Shape("b")}) == 2

    def test_another_class_is_another_value(self) -> None:
        one: object = Shape("a")
        assert one != Other("a")
        assert one != ("a", ())

    def test_values_without_fields_are_equal(self) -> None:
        assert Nothing() == Nothing()

    def test_it_is_shown_as_a_dataclass_is(self) -> None:
        assert repr(Shape("a", (1,))) == repr(Known("a", (1,))).replace("Known", "Shape")

    def test_what_holds_itself_is_shown(self) -> None:
        held: list[Any] = []
        held.append(Other("a", held))  # type: ignore[arg-type]
        assert repr(held[0]).endswith("sides=[...])")


class TestNothingChanges:
    def test_no_field_is_set_or_deleted(self) -> None:
        shape = Shape("a")
        with pytest.raises(FrozenInstanceError):
            shape.name = "b"  # type: ignore[misc]
        with pytest.raises(FrozenInstanceError):
            shape.count = 3  # type: ignore[misc]
        with pytest.raises(FrozenInstanceError):
            del shape.name
        with pytest.raises(AttributeError):
            shape.more = 1  # type: ignore[attr-defined]
        assert shape == Shape("a")


class TestDataclasses:
    def test_replace_and_fields_take_it(self) -> None:
        assert replace(Shape("a", (1,)), name="b") == Shape("b", (1,))
        assert [one.name for one in fields(MoreFacts)] == ["shown", "size"]

    def test_keyword_only_classes_inherit(self) -> None:
        assert MoreFacts(size=3) == MoreFacts(shown=False, size=3)
        with pytest.raises(TypeError):
            MoreFacts(3)  # type: ignore[call-arg,misc]

    def test_copies_and_pickles_are_equal(self) -> None:
        shape = Shape("a", (1, 2))
        assert copy.deepcopy(shape) == shape == pickle.loads(pickle.dumps(shape))

    def test_it_is_matched_by_its_fields(self) -> None:
        match Shape("a", (1,)):
            case Shape(name, sides=(side,)):
                assert (name, side) == ("a", 1)
            case _:
                raise AssertionError

    def test_a_function_of_the_class_itself_stays(self) -> None:
        @frozen
        class Loud:
            name: str

            def __repr__(self) -> str:
                return self.name.upper()

        assert repr(Loud("a")) == "A"
