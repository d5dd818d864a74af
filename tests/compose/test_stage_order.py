from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cifar_pipe.compose.provenance import Removals
from cifar_pipe.compose.stage_order import place_stages
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.syntax.nodes import to_plain

Placed = Callable[[str], Any]


@pytest.fixture
def placed(root_of: Callable[[str], Any], findings: Findings) -> Placed:
    return lambda text: to_plain(
        place_stages(root_of(f"stages: {{{text}}}"), findings, Removals())
    )["stages"]


@pytest.mark.parametrize(
    ("stages", "order"),
    [
        ("a: {}, b: {}, x: {after: a}", "axb"),
        ("a: {}, b: {}, x: {before: a}", "xab"),
        ("x: {after: b}, a: {}, b: {}", "abx"),
        ("a: {}, b: {}, x: {after: a}, y: {after: a}", "axyb"),
        ("a: {}, b: {}, x: {before: b}, y: {before: b}", "axyb"),
        ("a: {}, b: {}, x: {after: y}, y: {after: a}", "ayxb"),
        ("a: {}, b: {}, x: {before: y}, y: {after: a}, z: {after: y}", "axyzb"),
        ("a: 1, b: [], x: Name", "abx"),
    ],
)
def test_stages_are_where_they_ask_to(
    stages: str, order: str, placed: Placed, findings: Findings
) -> None:
    assert "".join(placed(stages)) == order
    assert not findings


def test_the_two_keys_are_gone_afterwards(placed: Placed) -> None:
    assert placed("a: {}, x: {after: a, split: test}") == {"a": {}, "x": {"split": "test"}}


def test_a_long_chain_is_in_order(placed: Placed) -> None:
    chain = ", ".join(f"s{n}: {{after: s{n + 1}}}" for n in range(3000))
    assert list(placed(chain + ", s3000: {}"))[:2] == ["s3000", "s2999"]


@pytest.mark.parametrize(
    ("stages", "message", "help_"),
    [
        (
            "train: {}, x: {after: trian}",
            "after names no other stage: `trian`",
            "did you mean `train`?",
        ),
        ("a: {}, x: {after: x}", "after names no other stage: `x`", "allowed are: a"),
        ("a: {}, x: {after: a, before: a}", "x has both after and before", "keep one of them"),
    ],
)
def test_a_place_that_is_missing_is_reported_and_the_stage_stays(
    *, stages: str, message: str, help_: str, placed: Placed, only: Callable[[], Any]
) -> None:
    assert list(placed(stages))[1] == "x"
    assert (only().code, only().message, only().help) == ("order", message, help_)


def test_an_id_is_text(placed: Placed, reported: Callable[[], list[Any]]) -> None:
    assert placed("a: {}, x: {after: [a]}") == {"a": {}, "x": {}}
    assert reported() == [("type", 1, 28, 31)]


def test_stages_that_wait_for_each_other_are_reported(
    placed: Placed, reported: Callable[[], list[Any]]
) -> None:
    assert list(placed("a: {}, x: {after: y}, y: {before: x}")) == ["a", "x", "y"]
    assert [code for code, *_ in reported()] == ["order", "order"]


def test_without_stages_there_is_nothing_to_do(root_of: Callable[[str], Any]) -> None:
    for text in ("a: 1", "stages: 3", "stages:"):
        root = root_of(text)
        assert place_stages(root, Findings(), Removals()) is root
