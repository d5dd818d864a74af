"""Rules between the arguments of one component, for its trait `rule`.

A rule takes the arguments by name, defaults included, and gives what is wrong with them, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Rule = Callable[[Mapping[str, Any]], str | None]


def exactly_one(first: str, second: str) -> Rule:
    def rule(arguments: Mapping[str, Any]) -> str | None:
        given = [name for name in (first, second) if arguments[name] is not None]
        match len(given):
            case 0:
                return f"it needs {first} or {second}"
            case 2:
                return f"it takes {first} or {second}, not both"
        return None

    return rule


def nesterov_needs_momentum(arguments: Mapping[str, Any]) -> str | None:
    if arguments["nesterov"] and (arguments["momentum"] == 0 or arguments["dampening"] != 0):
        return "nesterov needs a momentum above 0 and no dampening"
    return None


def etas_around_one(arguments: Mapping[str, Any]) -> str | None:
    low, high = arguments["etas"]
    if not 0 < low < 1 < high:
        return "etas takes a number between 0 and 1 and one above 1"
    return None


def second_eps_is_a_number(arguments: Mapping[str, Any]) -> str | None:
    return "only the first number of eps may be null" if arguments["eps"][1] is None else None


def ordered(first: str, second: str) -> Rule:
    """`first` is below `second`."""

    def rule(arguments: Mapping[str, Any]) -> str | None:
        if arguments[first] >= arguments[second]:
            return f"{first} must be below {second}"
        return None

    return rule


def not_above(first: str, second: str) -> Rule:
    """`first` is at most `second`."""

    def rule(arguments: Mapping[str, Any]) -> str | None:
        if arguments[first] > arguments[second]:
            return f"{first} must not be above {second}"
        return None

    return rule
