from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Source, Span
from cifar_pipe.syntax.flow_recovery import Tuple, colon_follows, joined_item, whole_part_before
from cifar_pipe.syntax.nodes import Item, ScalarNode, is_error, to_plain
from cifar_pipe.syntax.reader import read


def span_in(text: str, words: str) -> Span:
    start = text.index(words) + 1
    return Span(Source.of("x", text), 1, start, start + len(words))


@pytest.mark.parametrize(
    ("text", "message", "help_"),
    [
        ("{mean: (1, 2)}", "mean: `(1, 2)` is not a list", "write [1, 2]"),
        ("{lr:0.1}", "`lr:0.1` is one word: the colon has no space after it", "write `lr: 0.1`"),
        ("{lr=0.1}", "`lr=0.1` has no colon between key and value", "write `lr: 0.1`"),
        (
            "{lr: {{ lr }}}",
            "a template has no place here: a reference is $vars.NAME",
            "write $vars.lr",
        ),
        (
            "{n: {{ data.num_classes }}}",
            "a template has no place here: a reference is $vars.NAME",
            "write $data.num_classes",
        ),
        ("{lr: 0,1}", "a key has to be text, 1 is a whole number", "write 0.1"),
        (
            "{type: Linear, 10}",
            "`10` is written without a key",
            "write `NAME: 10`, or [a, b] for a list",
        ),
    ],
)
def test_each_mistake_is_reported_once(
    text: str, message: str, help_: str, findings: Findings, only: Callable[[], Any]
) -> None:
    read(f"it: {text}\n", "x", findings)
    assert (only().message, only().help) == (message, help_)


def test_a_joined_key_is_read_as_the_item_that_it_should_be(findings: Findings) -> None:
    text = "{lr:0.1}"
    key, end = span_in(text, "lr:0.1"), span_in(text, "}")
    empty = ScalarNode(None, Span(end.source, 1, end.column, end.column))
    item = joined_item(Item("lr:0.1", key, empty), ScalarNode, findings)
    assert item is not None
    assert (item.key, item.value) == ("lr", ScalarNode("0.1", key))
    assert joined_item(Item("lr", key, empty), ScalarNode, findings) is None


def test_a_tuple_of_one_part_is_a_single_value(findings: Findings) -> None:
    text = "{a: (1, 2)}"
    value = ScalarNode("(1", span_in(text, "(1"))
    written = Tuple.opened_by("a", span_in(text, "a"), value)
    assert written is not None
    assert written.as_item(findings) is None
    written.add("2)", span_in(text, "2)"))
    assert written.is_closed
    item = written.as_item(findings)
    assert item is not None
    assert is_error(item.value)
    assert Tuple.opened_by("a", value.span, ScalarNode("(1)", value.span)) is None


def test_what_is_around_a_key() -> None:
    assert whole_part_before(span_in("{lr: 0,5}", "5")) == "0"
    assert whole_part_before(span_in("{lr: a,5}", "5")) is None
    assert colon_follows(span_in("{a : 1}", "a"))
    assert not colon_follows(span_in("{a, b: 1}", "a"))


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("{a: SGD(lr=1, x=(2, 3)), b: 1}", {"a": "SGD(lr=1, x=(2, 3))", "b": 1}),
        ("[F((0.5, 1), 2), G]", ["F((0.5, 1), 2)", "G"]),
        ("[(1, 2]", ["(1", 2]),
        ("[(1, 'b)']", ["(1", "b)"]),
        ("[(1, [2], 3)]", ["(1", [2], "3)"]),
    ],
)
def test_a_call_in_braces_is_one_text(text: str, data: object, findings: Findings) -> None:
    root = read(f"it: {text}\n", "x", findings)
    assert not findings
    assert root is not None
    assert to_plain(root) == {"it": data}
