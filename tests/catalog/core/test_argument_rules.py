from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from cifar_pipe.catalog.core.argument_rules import (
    BrokenRule,
    Rule,
    all_dimensions_once,
    etas_around_one,
    exactly_one,
    nesterov_needs_momentum,
    not_above,
    ordered,
    second_eps_is_a_number,
    weights_of_size,
)
from cifar_pipe.catalog.core.component import make


@pytest.mark.parametrize(
    ("rule", "arguments", "keys"),
    [
        (exactly_one("a", "b"), {"a": None, "b": None}, ("a", "b")),
        (exactly_one("a", "b"), {"a": 1, "b": 2}, ("a", "b")),
        (
            nesterov_needs_momentum,
            {"nesterov": True, "momentum": 0, "dampening": 0},
            ("nesterov", "momentum", "dampening"),
        ),
        (etas_around_one, {"etas": [2, 3]}, ("etas",)),
        (second_eps_is_a_number, {"eps": [None, None]}, ("eps",)),
        (ordered("a", "b"), {"a": 1, "b": 1}, ("a", "b")),
        (not_above("a", "b"), {"a": 2, "b": 1}, ("a", "b")),
        (all_dimensions_once, {"dims": [1, 0]}, ()),
        (weights_of_size("size", 224, {}), {"weights": "V1", "size": 32}, ("weights", "size")),
    ],
)
def test_a_broken_rule_has_the_keys_that_it_is_about(
    rule: Rule, arguments: dict[str, Any], keys: tuple[str, ...]
) -> None:
    broken = rule(arguments)
    assert broken is not None
    assert broken.keys == keys
    assert all(key in broken.message for key in keys)


def test_only_two_given_arguments_exclude_each_other() -> None:
    rule = exactly_one("a", "b")
    assert rule({"a": 1, "b": None}) is None
    both, none = rule({"a": 1, "b": 2}), rule({"a": None, "b": None})
    assert both is not None
    assert none is not None
    assert (both.exclusive, none.exclusive) == (True, False)


def test_pydantic_hands_the_rule_on() -> None:
    with pytest.raises(ValidationError) as caught:
        make("optimizer", "SGD", lr=0.1, nesterov=True)
    (detail,) = caught.value.errors()
    assert detail["type"] == "rule"
    assert isinstance(detail["ctx"]["broken"], BrokenRule)
    assert detail["msg"] == detail["ctx"]["broken"].message
