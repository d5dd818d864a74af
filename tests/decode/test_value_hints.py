from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cifar_pipe.decode.value_hints import is_none, nearest_value, quoted_items


@pytest.mark.parametrize(
    ("text", "error", "hint"),
    [
        ("0,5", "float_type", "write 0.5"),
        ("1_000", "int_type", "write 1000"),
        ("90%", "float_type", "write 0.9"),
        ("0.1 // slow", "float_type", "a comment begins with #"),
        ("(1, 2)", "list_type", "write [1, 2]"),
        ("ReLU", "list_type", "write [ReLU]"),
        ("'0.1'", "float_type", "leave the quotes out"),
        ("'$vars.x'", "float_type", "leave the quotes out"),
        ("'a b'", "float_type", None),
        ("2.0", "int_from_float", "write 2"),
        ("2.5", "int_from_float", None),
        ("on", "string_type", None),
        ("12", "string_type", 'quote it: "12"'),
        ("gpu", "literal_error", "did you mean `cuda`?"),
        ("CPU", "literal_error", "write cpu"),
        ("off", "bool_type", "write false"),
        ("1", "bool_type", "write true"),
        ("3", "bool_type", None),
        ("None", "list_type", "write null"),
        ("vars.x", "int_type", "write $vars.x"),
        ("<vars.x>", "int_type", "write $vars.x"),
        ("len(classes)", "int_type", "write $data.num_classes"),
        ("1/4", "float_type", "write 0.25"),
        ("32x32", "either", "write [32, 32]"),
        ("0.5 0.5 0.5", "list_type", "write [0.5, 0.5, 0.5]"),
        ("2,", "int_type", "write 2"),
        ("32px", "int_type", "write 32"),
        ("[2]", "int_type", "write 2"),
    ],
)
def test_habits_of_other_languages_have_a_right_value(
    text: str, error: str, hint: str | None, root_of: Callable[[str], Any]
) -> None:
    node = root_of(f"it: {text}").get("it")
    assert nearest_value(node, error, ["cpu", "cuda"]) == hint


def test_a_value_is_only_given_where_it_is_accepted(root_of: Callable[[str], Any]) -> None:
    def hint(text: str, accepts: Callable[[Any], bool], name: str = "") -> str | None:
        node = root_of(f"it: {text}").get("it")
        return nearest_value(node, "int_type", [], name=name, accepts=accepts)

    assert hint("1,000", lambda value: isinstance(value, int)) == "write 1000"
    assert hint("20%", lambda value: isinstance(value, int)) is None
    assert hint("cifar10", lambda value: len(value) == 3, "std") == "write [0.247, 0.2435, 0.2616]"
    assert hint("cifar10", lambda value: True, "size") is None


@pytest.mark.parametrize(
    ("text", "answer"), [("null", True), ("None", True), ("'None'", False), ("0", False)]
)
def test_words_for_null(text: str, answer: bool, root_of: Callable[[str], Any]) -> None:
    assert is_none(root_of(f"it: {text}").items["it"].value) is answer


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        ("[0, 1.5, true]", 'quote each: ["0", "1.5", "true"]'),
        ("[0, x]", None),
        ("[0]", None),
        ("0", None),
    ],
)
def test_a_list_without_texts_is_quoted_as_a_whole(
    text: str, help_: str | None, root_of: Callable[[str], Any]
) -> None:
    assert quoted_items(root_of(f"a: {text}").items["a"].value) == help_
