"""Whether a scheduler comes to what it says within the training, or goes on beyond it.

PyTorch takes a milestone behind the end without a word; what is found here are warnings.
"""

from __future__ import annotations

from collections.abc import Iterator

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import scheduler_facts
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.pipeline.spans import name_span
from cifar_pipe.training.length import Per
from cifar_pipe.training.optimization.schedules import parts


def check_reach(
    scheduler: Component, steps: int, per: Per, fallback: Span, findings: Findings
) -> None:
    """Warnings for a scheduler that makes so many steps in the training; `otherwise` is its place
    where an argument is not written.
    """
    scope = findings.scope()
    _check(scheduler, steps, per, fallback, findings, whose="the training")
    if not scope.has_warnings and steps == 1 and not scheduler_facts(scheduler).changes_first_step:
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
    for argument, number, words in _not_in_time(scheduler, steps):
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
    if argument == scheduler_facts(scheduler).inferred_length:
        return f"leave {argument} out: it is the training's length"
    if longer and per == "epoch" and not scheduler_facts(scheduler).watches:
        return f"lower {argument}, or write per: step where it is meant to count batches"
    return f"{'lower' if longer else 'raise'} {argument}, or change the training's length"


def _not_in_time(scheduler: Component, steps: int) -> Iterator[tuple[str, int, str]]:
    """What does not happen within so many steps: the argument that says when, that number of steps,
    and the words for it, with {} for the number.
    """
    for one in scheduler_facts(scheduler).milestones:
        written = scheduler.get(one.argument)
        numbers = written if isinstance(written, list) else [] if written is None else [written]
        last = steps - 1 if one.before_last else steps
        late = [number + one.plus for number in numbers if number + one.plus > last]
        if late:
            yield one.argument, late[0], one.words
        elif one.too_early and numbers and numbers[0] < steps:
            yield one.argument, numbers[0], one.too_early
