"""Schedulers fit the optimizer and the training, and do within it what they say.

PyTorch accepts a milestone after the training's end: what is found of that kind is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import scheduler_facts
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.network import NetworkUse
from cifar_pipe.checks.torch.analysis.sure import makes_optimizer, makes_schedule
from cifar_pipe.diagnostics.problem import Problem, ProblemError
from cifar_pipe.pipeline.roles import Monitors, Trains
from cifar_pipe.training.optimization.scheduler_steps import check_steps, parts, period
from cifar_pipe.training_length import Length, Per

CODES = ("scheduler", "unreached")
NEEDS_TORCH = True

# Where the length is not known: what a scheduler refuses of this one it refuses of every length.
_ANY_LENGTH = Length(steps=997, steps_per_epoch=1)


def check(context: CheckContext) -> None:
    for use in context.uses():
        spec = use.stage.spec
        if isinstance(spec, Trains) and spec.scheduler is not None:
            found = _problems(use, spec, spec.scheduler)
            context.report(use.stage, *(problem.below("scheduler") for problem in found))


def _problems(use: NetworkUse, spec: Trains, scheduler: Component) -> Iterator[Problem]:
    monitor = spec.monitor if isinstance(spec, Monitors) else None
    length = use.flow.length(spec) if use.flow else None
    try:
        if not _make(use, spec, scheduler, length or _ANY_LENGTH, monitor):
            return
    except ProblemError as error:
        waits = monitor is None and scheduler_facts(scheduler).watches
        yield _with_validation(error.problem, use) if waits else error.problem
        return
    if length is None:
        return
    per = period(scheduler)
    steps = length.counted(per)
    yield from _too_short(scheduler, steps)
    unreached = list(_unreached(_Part(scheduler, steps, length.steps), per))
    yield from unreached
    if not unreached and steps == 1 and not scheduler_facts(scheduler).changes_first_step:
        after = f"{scheduler.name} changes the learning rate after each {per}"
        message = f"{after}, and the training has {_counted(1, per)}"
        help_ = "write per: step where it is meant to count batches" if per == "epoch" else None
        yield Problem(message, code="unreached", help=help_)


def _make(
    use: NetworkUse, spec: Trains, scheduler: Component, length: Length, monitor: str | None
) -> bool:
    """Whether there is an optimizer for it; raises ProblemError for what PyTorch refuses of the scheduler."""
    if makes_optimizer(spec, use.network):
        steps = length.counted(period(scheduler))
        check_steps(scheduler, steps, steps)
        if makes_schedule(scheduler, spec.optimizer, monitor):
            return True
    from cifar_pipe.checks.torch.analysis.on_meta import optimizer_on_meta  # noqa: PLC0415 (torch)
    from cifar_pipe.training.optimization.schedules import schedule  # noqa: PLC0415 (torch)

    try:
        optimizer = optimizer_on_meta(spec, use.network)
    except ProblemError:
        return False  # checks/torch/optimizers.py reports it
    schedule(scheduler, optimizer, length, monitor=monitor)
    return True


def _with_validation(problem: Problem, use: NetworkUse) -> Problem:
    """A value to wait for is measured on a validation split."""
    if use.flow is None or use.flow.spec.validation_split is not None:
        return problem
    split = f"declare validation_split: 0.1 in {use.flow.stage.id}"
    return replace(problem, help=f"write monitor: val_loss, and {split}")


def _too_short(scheduler: Component, steps: int) -> Iterator[Problem]:
    """PyTorch refuses a OneCycleLR that is over before the training, but in the last epoch only."""
    for index, (one, its_steps) in enumerate(parts(scheduler, steps)):
        yield from (found.below("schedulers", index) for found in _too_short(one, its_steps))
    total = scheduler.given.get("total_steps")
    if total is not None and total < steps:
        message = f"total_steps is {total}, and the training steps {steps} times"
        help_ = "leave total_steps out: it is the training's length"
        yield Problem(message, ("total_steps",), "scheduler", help_)


@dataclass(frozen=True, slots=True)
class _Part:
    """A scheduler with the steps that it makes; `whose` they are in words.

    `batches` are those of the whole training, which are what it could count instead of epochs.
    """

    scheduler: Component
    steps: int
    batches: int
    whose: str = "the training"


def _unreached(part: _Part, per: Per) -> Iterator[Problem]:
    scheduler, steps = part.scheduler, part.steps
    for argument, number, words in _not_in_time(scheduler, steps):
        when = f"{scheduler.name} {words.format(_counted(number, per))}"
        message = f"{when}, and {part.whose} has {_counted(steps, per)}"
        help_ = _help(part, argument, per, number)
        yield Problem(message, (argument,), "unreached", help_)
    divided = "milestones" in scheduler.given and "schedulers" in scheduler.given
    for index, (one, its_steps) in enumerate(parts(scheduler, steps)):
        inner = _Part(one, its_steps, part.batches, "its part" if divided else part.whose)
        yield from (found.below("schedulers", index) for found in _unreached(inner, per))


def _counted(number: int, per: Per) -> str:
    return f"{number:,} {per}{'s' if number != 1 else ''}"


def _help(part: _Part, argument: str, per: Per, number: int) -> str:
    """`number` are the steps that `argument` stands for."""
    facts, longer = scheduler_facts(part.scheduler), number >= part.steps
    if argument == facts.inferred_length:
        one_step = per == "epoch" and part.steps == 1 and not facts.changes_first_step
        more = ", and write per: step" if one_step else ": it is the training's length"
        return f"leave {argument} out{more}"
    if longer and per == "epoch" and not facts.watches and number < part.batches:
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
