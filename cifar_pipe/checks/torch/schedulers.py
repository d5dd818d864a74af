"""Schedulers fit the optimizer and the training, and do within it what they say.

A milestone after the training's end is no error for PyTorch: what is found of that kind is a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import ge, gt, lt

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.network import NetworkUse
from cifar_pipe.checks.torch.analysis.meta_optimizer import optimizer_on_meta
from cifar_pipe.checks.torch.analysis.raised import problem_of_error
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.errors import RunError
from cifar_pipe.pipeline.roles import Monitors, Trains
from cifar_pipe.training.length import Length, Per
from cifar_pipe.training.optimization.schedules import parts, period, schedule

CODES = ("scheduler", "unreached")
NEEDS_TORCH = True

# Where the length is not known: what a scheduler refuses of this one it refuses of every length.
_ANY_LENGTH = Length(steps=997, steps_per_epoch=1)
# Schedulers that set the learning rate of the first step as well.
_FROM_THE_START = {
    *("ConstantLR", "LinearLR", "OneCycleLR", "CyclicLR", "SequentialLR", "ChainedScheduler"),
    "ReduceLROnPlateau",
}


@dataclass(frozen=True, slots=True)
class _Milestone:
    """What a scheduler does at a number of steps that one of its arguments says.

    It is missed where `missed(number, steps)` holds for the steps of the training; of a list the
    first such number counts. `{}` is where the number is put into words.
    """

    argument: str
    missed: Callable[[int, int], bool]
    words: str
    # Steps that it needs beside the number.
    more: int = 0

    def number(self, scheduler: Component, steps: int) -> int | None:
        """The number of steps that is missed, if there is one."""
        value = scheduler.get(self.argument)
        numbers = value if isinstance(value, list) else [] if value is None else [value]
        found = (one + self.more for one in numbers)
        return next((one for one in found if self.missed(one, steps)), None)


_LOWEST = "comes to its lowest learning rate after {}"
_END = _Milestone("total_iters", gt, "comes to its end after {}")
_MILESTONES: dict[str, tuple[_Milestone, ...]] = {
    "StepLR": (_Milestone("step_size", ge, "first changes the learning rate after {}"),),
    "MultiStepLR": (_Milestone("milestones", ge, "changes the learning rate after {}"),),
    "ConstantLR": (_END,),
    "LinearLR": (_END,),
    "PolynomialLR": (_END, _Milestone("total_iters", lt, "is at 0 after {}")),
    "CosineAnnealingLR": (
        _Milestone("T_max", gt, _LOWEST),
        _Milestone("T_max", lt, "is at its lowest learning rate after {} and rises again"),
    ),
    "CosineAnnealingWarmRestarts": (_Milestone("T_0", gt, _LOWEST),),
    "OneCycleLR": (_Milestone("total_steps", gt, _LOWEST),),
    "CyclicLR": (_Milestone("step_size_up", gt, "comes to max_lr after {}"),),
    # The first epoch's value is the best so far; the last epoch's change would be for nothing.
    "ReduceLROnPlateau": (
        _Milestone("patience", ge, "changes the learning rate after {} at the earliest", more=2),
    ),
    "SequentialLR": (_Milestone("milestones", ge, "takes the next scheduler after {}"),),
}


def check(context: CheckContext) -> None:
    for use in context.uses():
        spec = use.stage.spec
        if isinstance(spec, Trains) and spec.scheduler is not None:
            for problem in _problems(use, spec, spec.scheduler):
                context.report(problem.below("scheduler"), use.stage)


def _problems(use: NetworkUse, spec: Trains, scheduler: Component) -> Iterator[Problem]:
    try:
        optimizer = optimizer_on_meta(spec.optimizer, use.network)
    except RunError:
        return  # checks/torch/optimizers.py reports it
    monitor = spec.monitor if isinstance(spec, Monitors) else None
    length = use.flow.length(epochs=spec.epochs, steps=spec.steps) if use.flow else None
    try:
        schedule(scheduler, optimizer, length or _ANY_LENGTH, monitor=monitor)
    except RunError as error:
        yield problem_of_error(error, scheduler, "scheduler")
        return
    if length is None:
        return
    per = period(scheduler)
    steps = length.counted(per)
    yield from _too_short(scheduler, steps)
    unreached = list(_unreached(_Part(scheduler, steps), per))
    yield from unreached
    if not unreached and steps == 1 and scheduler.name not in _FROM_THE_START:
        yield Problem(
            f"{scheduler.name} changes the learning rate after each {per}, "
            f"and the training has {_counted(1, per)}",
            code="unreached",
            help="write per: step where it is meant to count batches" if per == "epoch" else None,
        )


def _too_short(scheduler: Component, steps: int) -> Iterator[Problem]:
    """PyTorch refuses a OneCycleLR that is over before the training, but in the last epoch only."""
    for index, (one, its_steps) in enumerate(parts(scheduler, steps)):
        yield from (found.below("schedulers", index) for found in _too_short(one, its_steps))
    total = scheduler.given.get("total_steps")
    if total is not None and total < steps:
        yield Problem(
            f"total_steps is {total}, and the training steps {steps} times",
            ("total_steps",),
            "scheduler",
            "leave total_steps out: it is the training's length",
        )


@dataclass(frozen=True, slots=True)
class _Part:
    """A scheduler with the steps that it makes; `whose` they are in words."""

    scheduler: Component
    steps: int
    whose: str = "the training"


def _unreached(part: _Part, per: Per) -> Iterator[Problem]:
    scheduler, steps = part.scheduler, part.steps
    for milestone in _MILESTONES.get(scheduler.name, ()):
        number = milestone.number(scheduler, steps)
        if number is not None:
            yield Problem(
                f"{scheduler.name} {milestone.words.format(_counted(number, per))}, "
                f"and {part.whose} has {_counted(steps, per)}",
                (milestone.argument,),
                "unreached",
                _help(scheduler, milestone.argument, per, longer=number >= steps),
            )
    divided = "milestones" in scheduler.given and "schedulers" in scheduler.given
    for index, (one, its_steps) in enumerate(parts(scheduler, steps)):
        inner = _Part(one, its_steps, "its part" if divided else part.whose)
        yield from (found.below("schedulers", index) for found in _unreached(inner, per))


def _counted(number: int, per: Per) -> str:
    return f"{number:,} {per}{'s' if number != 1 else ''}"


def _help(scheduler: Component, argument: str, per: Per, *, longer: bool) -> str:
    if argument == scheduler.entry.traits.get("inferred_length"):
        return f"leave {argument} out: it is the training's length"
    if longer and per == "epoch" and not scheduler.entry.traits.get("watches"):
        return f"lower {argument}, or write per: step where it is meant to count batches"
    return f"{'lower' if longer else 'raise'} {argument}, or change the training's length"
