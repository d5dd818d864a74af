from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from cifar_pipe.catalog.images.class_names import CIFAR10, STL10
from cifar_pipe.catalog.images.class_naming import ClassNames, naming_problems, renamed
from cifar_pipe.diagnostics.problem import Problem

NUMBERED = tuple(sorted(map(str, range(12))))
TUTORIAL = ["plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


def problems(own: Sequence[str], names: ClassNames) -> list[Problem]:
    return list(naming_problems(own, len(own), names))


@pytest.mark.parametrize("names", [[], {}])
@pytest.mark.parametrize("own", [("airplane", "bird"), None])
def test_no_names_at_all_are_a_mistake(own: Sequence[str] | None, names: ClassNames) -> None:
    [found] = naming_problems(own, own and len(own), names)
    assert found.message == "classes is empty"


def test_a_list_names_by_position_and_a_mapping_by_name() -> None:
    own = ("airplane", "bird")
    assert renamed(own, ["plane", "bird"]) == ("plane", "bird")
    assert renamed(own, {"bird": "crow"}) == ("airplane", "crow")
    assert renamed(own, None) == own


@pytest.mark.parametrize(
    ("own", "names"),
    [
        (CIFAR10, TUTORIAL),
        (("cat", "dog", "fox"), ["cat", "dog", "fox"]),
        (("cat", "dog", "fox"), ["Cat", "DOG", "f_o_x"]),
        (("cat", "dog", "fox"), ["kitten", "puppy", "cub"]),
        (("a-b", "a_b"), ["a-b", "a_b"]),
        (NUMBERED, list(NUMBERED)),
        (("01", "02", "10"), ["one", "two", "ten"]),
        (CIFAR10, {"airplane": "plane"}),
        (("a", "b"), {"a": "b", "b": "a"}),
    ],
)
def test_names_that_fit_or_that_no_class_has_rename(own: Sequence[str], names: ClassNames) -> None:
    assert problems(own, names) == []


@pytest.mark.parametrize(
    ("own", "names", "position"),
    [
        (("cat", "dog", "fox"), ["fox", "dog", "cat"], 0),
        (("cat", "dog", "fox"), ["cat", "Fox", "Dog"], 1),
        (("cat", "dog", "fox"), ["kitten", "puppy", "dog"], 2),
        (("C#", "C++"), ["C++", "C#"], 0),
        (("Zebra", "ant"), ["ant", "zebra"], 0),
        (NUMBERED, [*map(str, range(12))], 2),
        (STL10, TUTORIAL, 1),
    ],
)
def test_the_name_of_another_class_is_refused_with_both_lists(
    own: Sequence[str], names: list[str], position: int
) -> None:
    [problem] = problems(own, names)
    assert problem.path == ("classes", position)
    assert problem.message.startswith(f"`{names[position]}` names the class `{own[position]}` here")
    data, written = (note.partition(":")[2].split() for note in problem.notes)
    assert data == [*own]
    assert written == names


def test_long_lists_are_shown_in_part() -> None:
    own = tuple(f"class{number:03}" for number in range(50))
    [problem] = problems(own, [*own[1:], own[0]])
    assert all(note.endswith("and 38 more") for note in problem.notes)


def test_numbers_sorted_as_text_take_no_list_by_position() -> None:
    words = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
    ]
    [problem] = problems(NUMBERED, words)
    assert "0, 1, 10, 11, 2 and 7 more" in problem.message
    assert problem.help is not None
    assert problem.help.startswith("write a mapping: classes: {'0': zero, '1': one, '2': two,")
    folders = ("class1", "class10", "class2")
    [problem] = problems(folders, ["one", "two", "ten"])
    assert problem.help == "write a mapping: classes: {class1: one, class2: two, class10: ten}"
    assert problems(folders, {"class1": "one", "class2": "two", "class10": "ten"}) == []


@pytest.mark.parametrize(
    ("names", "message", "help_"),
    [
        ({"airplan": "plane"}, "renames `airplan`, and no class", "did you mean `airplane`?"),
        ({"plane": "airplane"}, "no class", "write the class's own name first: airplane: plane"),
        ({"bird": "cat"}, "two classes would be called `cat`: `cat` and `bird`", None),
        ({"bird": "x", "cat": "x"}, "two classes would be called `x`: `bird` and `cat`", None),
    ],
)
def test_a_mapping_names_classes_that_are_there(
    names: Mapping[str, str], message: str, help_: str | None
) -> None:
    [problem] = problems(CIFAR10, names)
    assert message in problem.message
    assert help_ in (None, problem.help)


def test_an_unknown_name_lists_those_that_are_not_renamed() -> None:
    [problem] = problems(("cat", "dog", "fox"), {"cat": "kitten", "puppy": "x"})
    assert problem.notes == ("not named in classes: dog, fox",)


def test_what_is_not_known_is_not_refused() -> None:
    assert list(naming_problems(None, None, ["fox", "cat"])) == []
    assert list(naming_problems(None, None, {"fox": "cat"})) == []
