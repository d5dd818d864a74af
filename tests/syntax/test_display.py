from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.syntax.display import as_item, as_mapping, shown
from cifar_pipe.syntax.nodes import error_node


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("null", "null"),
        ("true", "true"),
        ("0.5", "0.5"),
        ("a b", "the string `a b`"),
        ("[]", "an empty list"),
        ("[1, 2]", "a list of 2"),
        ("{}", "an empty mapping"),
        ("{a: 1}", "a mapping"),
    ],
)
def test_a_value_is_shown_in_a_few_words(
    text: str, words: str, root_of: Callable[[str], Any]
) -> None:
    assert shown(root_of(f"it: {text}").get("it")) == words


def test_a_long_text_is_cut(root_of: Callable[[str], Any]) -> None:
    assert shown(root_of(f"it: {'x' * 60}").get("it")) == f"the string `{'x' * 39}…`"


def test_what_is_not_a_mapping_is_reported_once(
    root_of: Callable[[str], Any], findings: Findings, only: Callable[[], Any]
) -> None:
    root = root_of("it: 3")
    assert as_mapping(root, "it takes a mapping", findings) is root
    assert as_mapping(None, "it takes a mapping", findings) is None
    assert as_mapping(error_node(root.span), "it takes a mapping", findings) is None
    assert not findings
    assert as_mapping(root.get("it"), "it takes a mapping", findings, help="write {}") is None
    assert (only().code, only().message) == ("not-a-mapping", "it takes a mapping, not 3")
    assert (only().span, only().help) == (root.get("it").span, "write {}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = 1", "write `a: 1`"),
        ("a := b c", "write `a: b c`"),
        ("a => 1", "write `a: 1`"),
        ("a == 1", None),
        ("[1]", None),
    ],
)
def test_a_key_and_a_value_without_a_colon_are_an_item(
    text: str, words: str | None, root_of: Callable[[str], Any]
) -> None:
    assert as_item(root_of(f"it: {text}").items["it"].value) == words
