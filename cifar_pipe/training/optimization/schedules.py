"""The learning rate over time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from typing import Literal

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import scheduler_facts
from cifar_pipe.catalog.torch.build import build
from cifar_pipe.diagnostics.problem import Problem, ProblemError
from cifar_pipe.errors import RunError
from cifar_pipe.training_length import Length, Per

# Which is the better of two values that a training can watch.
BETTER: Mapping[str, Literal["min", "max"]] = {"val_loss": "min", "val_accuracy": "max"}


class Schedule:
    """Steps a scheduler when its time has come; without one it leaves the learning rate alone."""

    def __init__(self, scheduler: LRScheduler | None, per: Per, monitor: str | None = None) -> None:
        self._scheduler = scheduler
        self._monitor = monitor
        self.per_step = scheduler is not None and per == "step"
        self._per_epoch = scheduler is not None and per == "epoch"

    def after_step(self) -> None:
        if self.per_step:
            self._step()

    def after_epoch(self, values: Mapping[str, float]) -> None:
        """`values` are the epoch's on the validation split, by name."""
        if not self._per_epoch:
            return
        if isinstance(self._scheduler, ReduceLROnPlateau):
            assert self._monitor is not None
            if self._monitor not in values:
                raise RunError(f"{self._monitor} is not measured, and ReduceLROnPlateau needs it")
            self._scheduler.step(values[self._monitor])
        else:
            self._step()

    def _step(self) -> None:
        assert self._scheduler is not None
        try:
            self._scheduler.step()
        except (ValueError, ArithmeticError) as error:
            # OneCycleLR beyond its total_steps.
            raise RunError(
                f"{type(self._scheduler).__name__}: {error}",
                help="leave its length out: it is the training's",
            ) from error


def schedule(
    component: Component | None,
    optimizer: Optimizer,
    length: Length,
    *,
    monitor: str | None = None,
) -> Schedule:
    """The schedule of a training of this length, which watches `monitor`.

    A length that is left out (T_max, total_steps) is the training's, in what the scheduler counts,
    or that of its part in a SequentialLR. Raises ProblemError for values that PyTorch refuses, and
    where the scheduler waits for a value and none is watched.
    """
    if component is None:
        return Schedule(None, "epoch")
    per = period(component)
    _check_steps(component, length.counted(per), length.counted(per))
    try:
        scheduler = _make(component, optimizer, length.counted(per), monitor)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise _error(f"{component.name}: {error}") from error
    return Schedule(scheduler, per, monitor)


def period(component: Component) -> Per:
    """When it steps: as `per` says, else as its table row or the schedulers in it say.

    Raises ProblemError where two of them say different things: all step at once.
    """
    inner = component.given.get("schedulers", ())
    written = component.common.get("per")
    if scheduler_facts(component).watches and written == "step":
        raise _error(
            f"{component.name} steps after each epoch, when its monitor is measured",
            "per",
            help="leave per out",
        )
    periods = set()
    for index, one in enumerate(inner):
        with _scheduler(index):
            periods.add(one.common.get("per") if written else period(one))
    periods.discard(None)
    if not inner:
        periods.add(written or scheduler_facts(component).per)
    elif written:
        periods.add(written)
    if len(periods) > 1:
        raise _error(
            f"the schedulers in {component.name} step at different times: "
            + ", ".join(f"{one.name} per {period(one)}" for one in inner),
            help=f"write `per: step` or `per: epoch` to {component.name}, and to none in it",
        )
    per: Per = periods.pop()
    return per


def _error(message: str, *path: str, help: str | None = None) -> ProblemError:  # noqa: A002
    return ProblemError(Problem(message, path, code="scheduler", help=help))


@contextmanager
def _scheduler(index: int) -> Iterator[None]:
    """What is wrong inside is wrong with the scheduler at this index of `schedulers`."""
    try:
        yield
    except ProblemError as error:
        raise error.below("schedulers", index) from None


def parts(component: Component, steps: int) -> Iterator[tuple[Component, int]]:
    """The schedulers inside, each with its own part of the `steps`."""
    inner = component.given.get("schedulers", ())
    if "milestones" not in component.given or not inner:
        yield from ((one, steps) for one in inner)
        return
    bounds = pairwise([0, *component.given["milestones"], steps])
    for one, (begin, end) in zip(inner, bounds, strict=True):
        yield one, max(1, end - begin)


def _check_steps(component: Component, length: int, steps: int) -> None:
    """Raises ProblemError where the scheduler divides by zero, or overflows, within so many steps.

    `length` is what a length that is left out is filled with.
    """
    inner = list(parts(component, length))
    divided = "milestones" in component.given
    for index, (one, its_length) in enumerate(inner):
        # At its milestone the next one takes over, instead of this one's last step.
        with _scheduler(index):
            _check_steps(one, its_length, its_length - (divided and index < len(inner) - 1))
    match component.name:
        case "OneCycleLR":
            _check_phases(component, component.given.get("total_steps") or length, steps)
        case "CyclicLR" if component.get("mode") == "exp_range":
            _check_growth(component, steps)
        case _:
            pass


def _check_phases(component: Component, total: int, steps: int) -> None:
    """PyTorch divides by the length of a phase, to know which share of it is done."""
    first = component.get("pct_start") * total - 1
    ends = [first, 2 * first, total - 1] if component.get("three_phase") else [first, total - 1]
    # The last phase counts at the last step alone, which comes with the training's end.
    phases = list(pairwise([0, *ends]))[: None if steps >= total else -1]
    if any(begin == end for begin, end in phases):
        raise _error(
            f"{component.name} has a phase of no length with pct_start "
            f"{component.get('pct_start'):g} of {total} steps",
            "pct_start",
            help="another pct_start: the way up, and each way down, takes more than one step",
        )


def _check_growth(component: Component, steps: int) -> None:
    try:
        component.get("gamma") ** steps
    except OverflowError:
        raise _error(
            f"gamma {component.get('gamma'):g} to the power of {steps} steps is too large a number",
            "gamma",
            help="a gamma of at most 1, which lets the cycles shrink",
        ) from None


def _make(
    component: Component, optimizer: Optimizer, steps: int, monitor: str | None
) -> LRScheduler:
    _check_groups(component, optimizer)
    _check_momentum(component, optimizer)
    extra: dict[str, object] = {"optimizer": optimizer}
    inner = []
    for index, (one, its_steps) in enumerate(parts(component, steps)):
        with _scheduler(index):
            inner.append(_make(one, optimizer, its_steps, monitor))
    if inner:
        extra["schedulers"] = inner
    argument = scheduler_facts(component).inferred_length
    if argument is not None and component.given.get(argument) is None:
        extra[argument] = steps
    if scheduler_facts(component).watches:
        extra["mode"] = _mode(component, monitor)
    scheduler: LRScheduler = build(component, **extra)
    return scheduler


def _check_groups(component: Component, optimizer: Optimizer) -> None:
    """A scheduler that sets the learning rate itself would undo what groups say."""
    rates = {group.get("initial_lr", group["lr"]) for group in optimizer.param_groups}
    if scheduler_facts(component).sets_lr and len(rates) > 1:
        raise _error(
            f"{component.name} sets one learning rate for all parameters, "
            "and the optimizer's groups have several",
            help="leave lr out of the groups, or take a scheduler that multiplies it",
        )


def _check_momentum(component: Component, optimizer: Optimizer) -> None:
    """As PyTorch looks for it."""
    if not scheduler_facts(component).cycles_momentum or not component.get("cycle_momentum"):
        return
    if not optimizer.defaults.keys() & {"momentum", "betas"}:
        raise _error(
            f"{component.name} cycles the momentum, and {type(optimizer).__name__} has none",
            "cycle_momentum",
            help="write cycle_momentum: false",
        )


def _mode(component: Component, monitor: str | None) -> str:
    if monitor is None:
        raise _error(
            f"{component.name} waits for a measured value, and this training watches none",
            help="write monitor: val_loss or monitor: val_accuracy",
        )
    mode = component.given.get("mode", BETTER[monitor])
    if mode != BETTER[monitor]:
        raise _error(
            f"{component.name} takes mode {BETTER[monitor]} for {monitor}, not {mode}",
            "mode",
            help="leave mode out: it follows from the monitor",
        )
    return str(mode)
