"""Whether a scheduler comes to what it says within the training, or goes on beyond it.

PyTorch takes a milestone behind the end without a word; what is found here are warnings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.pipeline.spans import name_span
from cifar_pipe.training.length import Per
from cifar_pipe.training.optimization.schedules import parts

# Schedulers that set the learning rate of the first step as well.
_FROM_THE_START = {
    *("ConstantLR", "LinearLR", "OneCycleLR", "CyclicLR", "SequentialLR", "ChainedScheduler"),
    "ReduceLROnPlateau",
}

# Of a scheduler and the steps that it makes: what it does and when, where that is not within them,
# each with the argument that says so. `{}` is where a number of steps is put into words.
_Told = tuple[str, int, str]
_Rule = Callable[[Component, int], Iterator[_Told]]


def check_reach(
    scheduler: Component, steps: int, per: Per, fallback: Span, findings: Findings
) -> None:
    """Warnings for a scheduler that makes so many steps in the training; `otherwise` is its place
    where an argument is not written.
    """
    scope = findings.scope()
    _check(scheduler, steps, per, fallback, findings, whose="the training")
    if not scope.has_warnings and steps == 1 and scheduler.name not in _FROM_THE_START:
        findings.add(
            "unreached",
            f"{scheduler.name} changes the learning rate after each {per}, "
            f"and the training has {_counted(1, per)}",
            name_span(scheduler.node, None, fallback),
            help="write per: step where it is meant to count batches" if per == "epoch" else None,
        )


def _check(
    scheduler: Component, steps: int, per: Per, fallback: Span, findings: Findings, *, whose: str
) -> None:
    rule = _RULES.get(scheduler.name)
    for argument, number, words in rule(scheduler, steps) if rule else ():
        findings.add(
            "unreached",
            f"{scheduler.name} {words.format(_counted(number, per))}, "
            f"and {whose} has {_counted(steps, per)}",
            name_span(scheduler.node, argument, fallback),
            help=_help(scheduler, argument, per, longer=number >= steps),
        )
    divided = "milestones" in scheduler.given and "schedulers" in scheduler.given
    for one, its_steps in parts(scheduler, steps):
        inner = "its part" if divided else whose
        _check(one, its_steps, per, fallback, findings, whose=inner)


def _counted(number: int, per: Per) -> str:
    return f"{number:,} {per}{'s' if number != 1 else ''}"


def _help(scheduler: Component, argument: str, per: Per, *, longer: bool) -> str:
    if argument == scheduler.entry.traits.get("inferred_length"):
        return f"leave {argument} out: it is the training's length"
    if longer and per == "epoch" and not scheduler.entry.traits.get("watches"):
        return f"lower {argument}, or write per: step where it is meant to count batches"
    return f"{'lower' if longer else 'raise'} {argument}, or change the training's length"


def _step(one: Component, steps: int) -> Iterator[_Told]:
    size = one.get("step_size")
    if size >= steps:
        yield "step_size", size, "first changes the learning rate after {}"


def _milestones(one: Component, steps: int) -> Iterator[_Told]:
    late = [number for number in one.get("milestones") if number >= steps]
    if late:
        yield "milestones", late[0], "changes the learning rate after {}"


def _total(one: Component, steps: int) -> Iterator[_Told]:
    if one.get("total_iters") > steps:
        yield "total_iters", one.get("total_iters"), "comes to its end after {}"


def _polynomial(one: Component, steps: int) -> Iterator[_Told]:
    yield from _total(one, steps)
    if one.get("total_iters") < steps:
        yield "total_iters", one.get("total_iters"), "is at 0 after {}"


def _cosine(one: Component, steps: int) -> Iterator[_Told]:
    length = one.get("T_max")
    if length is not None and length > steps:
        yield "T_max", length, "comes to its lowest learning rate after {}"
    elif length is not None and length < steps:
        yield "T_max", length, "is at its lowest learning rate after {} and rises again"


def _restarts(one: Component, steps: int) -> Iterator[_Told]:
    if one.get("T_0") > steps:
        yield "T_0", one.get("T_0"), "comes to its lowest learning rate after {}"


def _one_cycle(one: Component, steps: int) -> Iterator[_Told]:
    total = one.get("total_steps")
    if total is not None and total > steps:
        yield "total_steps", total, "comes to its lowest learning rate after {}"


def _cyclic(one: Component, steps: int) -> Iterator[_Told]:
    if one.get("step_size_up") > steps:
        yield "step_size_up", one.get("step_size_up"), "comes to max_lr after {}"


def _plateau(one: Component, steps: int) -> Iterator[_Told]:
    # The first epoch's value is the best so far; the last epoch's change would be for nothing.
    earliest = one.get("patience") + 2
    if earliest >= steps:
        yield "patience", earliest, "changes the learning rate after {} at the earliest"


def _next_ones(one: Component, steps: int) -> Iterator[_Told]:
    late = [number for number in one.get("milestones") if number >= steps]
    if late:
        yield "milestones", late[0], "takes the next scheduler after {}"


_RULES: dict[str, _Rule] = {
    "StepLR": _step,
    "MultiStepLR": _milestones,
    "ConstantLR": _total,
    "LinearLR": _total,
    "PolynomialLR": _polynomial,
    "CosineAnnealingLR": _cosine,
    "CosineAnnealingWarmRestarts": _restarts,
    "OneCycleLR": _one_cycle,
    "CyclicLR": _cyclic,
    "ReduceLROnPlateau": _plateau,
    "SequentialLR": _next_ones,
}
