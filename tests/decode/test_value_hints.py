from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cifar_pipe.decode.value_hints import nearest_value


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
    ],
)
def test_habits_of_other_languages_have_a_right_value(
    text: str, error: str, hint: str | None, root_of: Callable[[str], Any]
) -> None:
    node = root_of(f"it: {text}").get("it")
    assert nearest_value(node, error, ["cpu", "cuda"]) == hint
