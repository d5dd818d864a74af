"""Rules between the arguments of one component, for `Entry.rule`.

A rule takes the arguments by name, defaults included, and gives what is wrong with them, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from cifar_pipe.catalog.core.facts import scheduler_facts

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
            return f"{first} must be below {second}: {_both(first, second, arguments)}"
        return None

    return rule


def not_above(first: str, second: str) -> Rule:
    """`first` is at most `second`."""

    def rule(arguments: Mapping[str, Any]) -> str | None:
        if arguments[first] > arguments[second]:
            return f"{first} must not be above {second}: {_both(first, second, arguments)}"
        return None

    return rule


def _both(first: str, second: str, arguments: Mapping[str, Any]) -> str:
    """The values, of which one may be a default that is not written."""
    return f"they are {arguments[first]:g} and {arguments[second]:g}"


def one_milestone_between_two(arguments: Mapping[str, Any]) -> str | None:
    """SequentialLR: rising milestones, one fewer than schedulers, none of which is a compound."""
    schedulers, milestones = arguments["schedulers"], arguments["milestones"]
    compound = next((one.name for one in schedulers if "schedulers" in one.entry.args), None)
    if compound:
        return f"cannot hold a {compound}: PyTorch cannot begin one at a milestone"
    if len(milestones) != len(schedulers) - 1:
        return (
            f"has milestones between its {len(schedulers)} schedulers, so "
            f"{len(schedulers) - 1} and not {len(milestones)}"
        )
    if any(first >= second for first, second in pairwise([0, *milestones])):
        return "needs milestones that rise, the first above 0"
    return none_is_watching(arguments)


def none_is_watching(arguments: Mapping[str, Any]) -> str | None:
    """No scheduler inside another one waits for a measured value: it would not be handed on."""
    watching = next(
        (one.name for one in arguments["schedulers"] if scheduler_facts(one).watches), None
    )
    return f"cannot hold a {watching}, which steps by itself alone" if watching else None


def all_dimensions_once(arguments: Mapping[str, Any]) -> str | None:
    dims = arguments["dims"]
    if sorted(dims) != list(range(len(dims))) or dims[0] != 0:
        return "takes each dimension once, the batch (0) first: [0, 2, 1]"
    return None


def weights_of_size(argument: str, usual: Any, others: Mapping[str, Any]) -> Rule:
    """Pretrained weights go with images of one size: `usual`, or that of `others`, by weights."""

    def rule(arguments: Mapping[str, Any]) -> str | None:
        weights = arguments["weights"]
        wanted = others.get(weights, usual)
        if weights and arguments[argument] != wanted:
            return f"takes the weights {weights} with {argument}: {wanted} only"
        return None

    return rule
