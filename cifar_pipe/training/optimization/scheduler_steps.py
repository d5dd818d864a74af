"""The steps of a scheduler, as it is written: when it makes them, how many, and which it cannot make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Literal

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import scheduler_facts
from cifar_pipe.diagnostics.problem import Problem, ProblemError, below
from cifar_pipe.training_length import Per

# Which is the better of two values that a training can watch.
BETTER: Mapping[str, Literal["min", "max"]] = {"val_loss": "min", "val_accuracy": "max"}


def period(component: Component) -> Per:
    """When it steps: as `per` says, else as its table row or the schedulers in it say.

    Raises ProblemError where two of them say different things: all step at once.
    """
    inner, facts = component.given.get("schedulers", ()), scheduler_facts(component)
    written = component.common.get("per")
    if facts.watches and written == "step":
        message = f"{component.name} steps after each epoch, when its monitor is measured"
        raise scheduler_error(message, "per", help="leave per out")
    periods: set[Any] = {written if written or inner else facts.per}
    for index, one in enumerate(inner):
        with below("schedulers", index):
            periods.add(one.common.get("per") if written else period(one))
    periods.discard(None)
    if len(periods) > 1:
        each = ", ".join(f"{one.name} per {period(one)}" for one in inner)
        raise scheduler_error(
            f"the schedulers in {component.name} step at different times: {each}",
            help=f"write `per: step` or `per: epoch` to {component.name}, and to none in it",
        )
    per: Per = periods.pop()
    return per


def follows_length(scheduler: Component | None) -> str | None:
    """The name of the scheduler, or of that within it, whose shape is the training's length."""
    if scheduler is None:
        return None
    inner = scheduler.given.get("schedulers", ())
    # Milestones end all parts but the last.
    for one in inner[-1:] if "milestones" in scheduler.given else inner:
        if name := follows_length(one):
            return name
    key = scheduler_facts(scheduler).inferred_length
    return scheduler.name if key and scheduler.given.get(key) is None else None


def parts(component: Component, steps: int) -> Iterator[tuple[Component, int]]:
    """The schedulers inside, each with its own part of the `steps`."""
    inner = component.given.get("schedulers", ())
    if "milestones" not in component.given or not inner:
        yield from ((one, steps) for one in inner)
        return
    bounds = pairwise([0, *component.given["milestones"], steps])
    for one, (begin, end) in zip(inner, bounds, strict=True):
        yield one, max(1, end - begin)


def check_steps(component: Component, length: int, steps: int) -> None:
    """Raises ProblemError where the scheduler divides by zero, or overflows, within so many steps.

    `length` is what a length that is left out is filled with.
    """
    inner = list(parts(component, length))
    divided = "milestones" in component.given
    for index, (one, its_length) in enumerate(inner):
        # At its milestone the next one takes over, instead of this one's last step.
        with below("schedulers", index):
            check_steps(one, its_length, its_length - (divided and index < len(inner) - 1))
    if component.name == "OneCycleLR":
        _check_phases(component, component.given.get("total_steps") or length, steps)
    elif component.name == "CyclicLR" and component.get("mode") == "exp_range":
        gamma = component.get("gamma")
        try:
            gamma**steps
        except OverflowError:
            message = f"gamma {gamma:g} to the power of {steps} steps is too large a number"
            advice = "a gamma of at most 1, which lets the cycles shrink"
            raise scheduler_error(message, "gamma", help=advice) from None


def _check_phases(component: Component, total: int, steps: int) -> None:
    """PyTorch divides by the length of a phase, to know which share of it is done."""
    share = component.get("pct_start")
    first = share * total - 1
    ends = [first, 2 * first, total - 1] if component.get("three_phase") else [first, total - 1]
    # The last phase counts at the last step alone, which comes with the training's end.
    phases = list(pairwise([0, *ends]))[: None if steps >= total else -1]
    if any(begin == end for begin, end in phases):
        raise scheduler_error(
            f"{component.name} has a phase of no length with pct_start {share:g} of {total} steps",
            "pct_start",
            help="another pct_start: the rise, and each fall, takes more than one step",
        )


def mode_of(component: Component, monitor: str | None) -> str:
    """Which is better of the value that it waits for; raises ProblemError where it waits for none."""
    if monitor is None:
        raise scheduler_error(
            f"{component.name} waits for a measured value, and this training watches none",
            help="write monitor: val_loss or monitor: val_accuracy",
        )
    better = BETTER[monitor]
    if (mode := component.given.get("mode", better)) != better:
        message = f"{component.name} takes mode {better} for {monitor}, not {mode}"
        raise scheduler_error(message, "mode", help="leave mode out: it follows from the monitor")
    return better


def scheduler_error(message: str, *path: str, help: str | None = None) -> ProblemError:  # noqa: A002
    """At an argument of the scheduler, or the whole of it."""
    return ProblemError(Problem(message, path, code="scheduler", help=help))
