from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cifar_pipe.syntax.nodes import (
    ERROR_KEY,
    VALUE,
    MappingNode,
    error_item,
    error_node,
    has_no_value,
    is_error,
    is_incomplete,
    locate,
    reference_in,
    span_at,
    text_in,
    to_plain,
    walk,
)

TEXT = """\
layers:
  - {type: Conv2d, kernel_size: 5}
  - ReLU
loss: {type: MSELoss, weight: [1, 2]}
"""


def words(span: Any) -> str:
    return str(span.source.lines[span.line - 1][span.column - 1 : span.end_column - 1])


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (("layers", 0, "kernel_size"), "kernel_size: 5"),
        (("layers", 0, "kernel_size", VALUE), "5"),
        (("layers", 0, "stride"), "Conv2d"),
        (("layers", 0), "Conv2d"),
        (("layers", 1, "inplace"), "ReLU"),
        (("loss",), "MSELoss"),
        (("loss", "weight", 1), "2"),
        (("loss", "reduction"), "MSELoss"),
        (("optimizer",), "fallback"),
    ],
)
def test_a_path_leads_to_the_words_that_a_finding_shows(
    path: tuple[str | int, ...], shown: str, root_of: Callable[[str], Any]
) -> None:
    fallback = root_of("fallback: 1").items["fallback"].key_span
    assert words(locate(root_of(TEXT), path, fallback)) == shown


def test_a_span_is_that_of_the_last_step_that_is_written(root_of: Callable[[str], Any]) -> None:
    root = root_of(TEXT)
    assert words(span_at(root, ("layers", 1))) == "ReLU"
    assert span_at(root, ("layers", 7)) == root.items["layers"].span
    assert span_at(root, ("nothing",)) == root.span


@pytest.mark.parametrize(
    ("text", "reference", "plain_text"),
    [
        ("$vars.x", "vars.x", "$vars.x"),
        ("'$vars.x'", None, "$vars.x"),
        ("$$x", None, "$$x"),
        ("3", None, None),
        ("[a]", None, None),
    ],
)
def test_a_reference_is_a_plain_text_that_begins_with_a_dollar(
    text: str, reference: str | None, plain_text: str | None, root_of: Callable[[str], Any]
) -> None:
    node = root_of(f"it: {text}").get("it")
    assert (reference_in(node), text_in(node)) == (reference, plain_text)
    assert has_no_value(node) == (reference is not None)


def test_errors_hide_values_and_make_mappings_incomplete(root_of: Callable[[str], Any]) -> None:
    root = root_of("a: [1]")
    error = error_node(root.span)
    assert is_error(error)
    assert has_no_value(error)
    assert is_incomplete(error)
    assert is_incomplete(MappingNode({ERROR_KEY: error_item(root.span)}, root.span))
    assert not is_incomplete(root)
    assert not is_error(None)


def test_walking_meets_every_node(root_of: Callable[[str], Any]) -> None:
    found = [to_plain(node) for node in walk(root_of("{a: [1, x], b: {}}"))]
    assert found == [{"a": [1, "x"], "b": {}}, [1, "x"], 1, "x", {}]
