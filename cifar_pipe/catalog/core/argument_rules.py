"""Rules between several values of one mapping: the arguments of a component, the keys of a stage.

A component's rule, `Entry.rule`, takes the arguments by name, defaults included, and gives what
is wrong with them, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from typing import Any, LiteralString, NamedTuple

from pydantic_core import PydanticCustomError

from cifar_pipe.catalog.core.facts import scheduler_facts


class BrokenRule(NamedTuple):
    """What is wrong between values: the message continues the component's or stage's name.

    `keys` are those that the message names, in its order: the first that is written is shown, and
    with none of them the whole. `exclusive` is true where at most one of them may be given.
    """

    message: str
    keys: tuple[str, ...] = ()
    exclusive: bool = False

    def error(self, type_: LiteralString = "rule") -> PydanticCustomError:
        """For Pydantic's validators: an error whose `ctx` has the rule itself."""
        return PydanticCustomError(type_, "{message}", {"message": self.message, "broken": self})


Rule = Callable[[Mapping[str, Any]], BrokenRule | None]


def both_given(first: str, second: str) -> BrokenRule:
    return BrokenRule(f"takes {first} or {second}, not both", (first, second), exclusive=True)


def exactly_one(first: str, second: str) -> Rule:
    def rule(arguments: Mapping[str, Any]) -> BrokenRule | None:
        given = [name for name in (first, second) if arguments[name] is not None]
        if len(given) == 1:
            return None
        both, missing = both_given(first, second), f"needs {first} or {second}"
        return both if given else BrokenRule(missing, (first, second))

    return rule


def nesterov_needs_momentum(arguments: Mapping[str, Any]) -> BrokenRule | None:
    if arguments["nesterov"] and (arguments["momentum"] == 0 or arguments["dampening"] != 0):
        keys = ("nesterov", "momentum", "dampening")
        return BrokenRule("nesterov needs a momentum above 0 and no dampening", keys)
    return None


def etas_around_one(arguments: Mapping[str, Any]) -> BrokenRule | None:
    low, high = arguments["etas"]
    message = "etas takes a number between 0 and 1 and one above 1"
    return None if 0 < low < 1 < high else BrokenRule(message, ("etas",))


def second_eps_is_a_number(arguments: Mapping[str, Any]) -> BrokenRule | None:
    message = "only the first number of eps may be null"
    return BrokenRule(message, ("eps",)) if arguments["eps"][1] is None else None


def ordered(first: str, second: str, *, strictly: bool = True) -> Rule:
    """`first` is below `second`, or, if not strictly, at most `second`."""

    def rule(arguments: Mapping[str, Any]) -> BrokenRule | None:
        low, high = arguments[first], arguments[second]
        if low < high or (low == high and not strictly):
            return None
        order = "must be below" if strictly else "must not be above"
        # With the values: one may be a default that is not written.
        message = f"{first} {order} {second}: they are {low:g} and {high:g}"
        return BrokenRule(message, (first, second))

    return rule


not_above = partial(ordered, strictly=False)


def one_milestone_between_two(arguments: Mapping[str, Any]) -> BrokenRule | None:
    """SequentialLR: rising milestones, one fewer than schedulers, none of which is a compound."""
    schedulers, milestones = arguments["schedulers"], arguments["milestones"]
    compound = next((one.name for one in schedulers if "schedulers" in one.entry.args), None)
    if compound:
        return BrokenRule(f"cannot hold a {compound}: PyTorch cannot begin one at a milestone")
    wanted = len(schedulers) - 1
    if len(milestones) != wanted:
        counts = f"{wanted} and not {len(milestones)}"
        message = f"has milestones between its {len(schedulers)} schedulers, so {counts}"
        return BrokenRule(message, ("milestones", "schedulers"))
    if any(first >= second for first, second in pairwise([0, *milestones])):
        return BrokenRule("needs milestones that rise, the first above 0", ("milestones",))
    return none_is_watching(arguments)


def none_is_watching(arguments: Mapping[str, Any]) -> BrokenRule | None:
    """No scheduler inside another one waits for a measured value: it would not be handed on."""
    for scheduler in arguments["schedulers"]:
        if scheduler_facts(scheduler).watches:
            return BrokenRule(f"cannot hold a {scheduler.name}, which steps by itself alone")
    return None


def all_dimensions_once(arguments: Mapping[str, Any]) -> BrokenRule | None:
    dims = arguments["dims"]
    if sorted(dims) == list(range(len(dims))) and dims[0] == 0:
        return None
    return BrokenRule("takes each dimension once, the batch (0) first: [0, 2, 1]")


def weights_of_size(argument: str, usual: Any, others: Mapping[str, Any]) -> Rule:
    """Pretrained weights go with images of one size: `usual`, or that of `others`, by weights."""

    def rule(arguments: Mapping[str, Any]) -> BrokenRule | None:
        weights = arguments["weights"]
        wanted = others.get(weights, usual)
        if not weights or arguments[argument] == wanted:
            return None
        message = f"takes the weights {weights} with {argument}: {wanted} only"
        return BrokenRule(message, ("weights", argument))

    return rule
