"""The learning rate over time."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Literal

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import scheduler_facts
from cifar_pipe.catalog.torch.build import build
from cifar_pipe.diagnostics.problem import Problem, ProblemError, below
from cifar_pipe.errors import RunError
from cifar_pipe.training_length import Length, Per


def step(scheduler: LRScheduler) -> None:
    """A step without PyTorch's warning that the optimizer has made none: with float16 it may have
    left out its first ones.
    """
    with warnings.catch_warnings():
        order = "Detected call of `lr_scheduler.step"
        warnings.filterwarnings("ignore", order, UserWarning)
        scheduler.step()


def state_of(scheduler: LRScheduler) -> dict[str, Any]:
    """Its state without functions, which SWALR has in its own; those are made by its arguments."""
    state: dict[str, Any] = scheduler.state_dict()
    return {key: value for key, value in state.items() if not callable(value)}


# Which is the better of two values that a training can watch.
BETTER: Mapping[str, Literal["min", "max"]] = {"val_loss": "min", "val_accuracy": "max"}


class Schedule:
    """Steps a scheduler when its time has come; without one it leaves the learning rate alone."""

    def __init__(
        self, scheduler: LRScheduler | None = None, per: Per = "epoch", monitor: str | None = None
    ) -> None:
        self._scheduler = scheduler
        self._monitor = monitor
        self.per_step = scheduler is not None and per == "step"

    def after_step(self) -> None:
        if self.per_step:
            self._step()

    def after_epoch(self, values: Mapping[str, float]) -> None:
        """`values` are the epoch's on the validation split, by name."""
        if self.per_step:
            return
        if not isinstance(self._scheduler, ReduceLROnPlateau):
            self._step()
        elif self._monitor is not None and self._monitor in values:
            self._scheduler.step(values[self._monitor])
        else:
            raise RunError(f"{self._monitor} is not measured, and ReduceLROnPlateau needs it")

    def state_dict(self) -> dict[str, Any]:
        return {} if self._scheduler is None else state_of(self._scheduler)

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        if self._scheduler is not None:
            self._scheduler.load_state_dict(dict(state))

    def _step(self) -> None:
        try:
            if self._scheduler is not None:
                step(self._scheduler)
        except (ValueError, ArithmeticError) as error:
            # OneCycleLR beyond its total_steps.
            raise RunError(
                f"{type(self._scheduler).__name__}: {error}",
                help="leave its length out: it is the training's",
            ) from error


def schedule(
    component: Component | None, optimizer: Optimizer, length: Length, *, monitor: str | None = None
) -> Schedule:
    """The schedule of a training of this length, which watches `monitor`.

    A length that is left out (T_max, total_steps) is the training's, in what the scheduler counts,
    or that of its part in a SequentialLR. Raises ProblemError for values that PyTorch refuses, and
    where the scheduler waits for a value and none is watched.
    """
    if component is None:
        return Schedule()
    per = period(component)
    steps = length.counted(per)
    _check_steps(component, steps, steps)
    try:
        scheduler = _make(component, optimizer, steps, monitor)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise _error(f"{component.name}: {error}") from error
    return Schedule(scheduler, per, monitor)


def period(component: Component) -> Per:
    """When it steps: as `per` says, else as its table row or the schedulers in it say.

    Raises ProblemError where two of them say different things: all step at once.
    """
    inner, facts = component.given.get("schedulers", ()), scheduler_facts(component)
    written = component.common.get("per")
    if facts.watches and written == "step":
        message = f"{component.name} steps after each epoch, when its monitor is measured"
        raise _error(message, "per", help="leave per out")
    periods: set[Any] = {written if written or inner else facts.per}
    for index, one in enumerate(inner):
        with below("schedulers", index):
            periods.add(one.common.get("per") if written else period(one))
    periods.discard(None)
    if len(periods) > 1:
        each = ", ".join(f"{one.name} per {period(one)}" for one in inner)
        raise _error(
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


def _error(message: str, *path: str, help: str | None = None) -> ProblemError:  # noqa: A002
    return ProblemError(Problem(message, path, code="scheduler", help=help))


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
        with below("schedulers", index):
            _check_steps(one, its_length, its_length - (divided and index < len(inner) - 1))
    if component.name == "OneCycleLR":
        _check_phases(component, component.given.get("total_steps") or length, steps)
    elif component.name == "CyclicLR" and component.get("mode") == "exp_range":
        gamma = component.get("gamma")
        try:
            gamma**steps
        except OverflowError:
            message = f"gamma {gamma:g} to the power of {steps} steps is too large a number"
            advice = "a gamma of at most 1, which lets the cycles shrink"
            raise _error(message, "gamma", help=advice) from None


def _check_phases(component: Component, total: int, steps: int) -> None:
    """PyTorch divides by the length of a phase, to know which share of it is done."""
    share = component.get("pct_start")
    first = share * total - 1
    ends = [first, 2 * first, total - 1] if component.get("three_phase") else [first, total - 1]
    # The last phase counts at the last step alone, which comes with the training's end.
    phases = list(pairwise([0, *ends]))[: None if steps >= total else -1]
    if any(begin == end for begin, end in phases):
        raise _error(
            f"{component.name} has a phase of no length with pct_start {share:g} of {total} steps",
            "pct_start",
            help="another pct_start: the rise, and each fall, takes more than one step",
        )


def _make(
    component: Component, optimizer: Optimizer, steps: int, monitor: str | None
) -> LRScheduler:
    _check_optimizer(component, optimizer)
    facts = scheduler_facts(component)
    extra: dict[str, object] = {"optimizer": optimizer}
    inner = []
    for index, (one, its_steps) in enumerate(parts(component, steps)):
        with below("schedulers", index):
            inner.append(_make(one, optimizer, its_steps, monitor))
    if inner:
        extra["schedulers"] = inner
    if facts.inferred_length and component.given.get(facts.inferred_length) is None:
        extra[facts.inferred_length] = steps
    if facts.watches:
        extra["mode"] = _mode(component, monitor)
    scheduler: LRScheduler = build(component, **extra)
    return scheduler


def _check_optimizer(component: Component, optimizer: Optimizer) -> None:
    """Raises ProblemError where the scheduler would undo what groups say, or has nothing to cycle."""
    facts = scheduler_facts(component)
    rates = {group.get("initial_lr", group["lr"]) for group in optimizer.param_groups}
    if facts.sets_lr and len(rates) > 1:
        raise _error(
            f"{component.name} sets one learning rate for all parameters, "
            "and the optimizer's groups have several",
            help="leave lr out of the groups, and layer_decay out, or take a scheduler that multiplies "
            "the rates",
        )
    # As PyTorch looks for it.
    has_momentum = optimizer.defaults.keys() & {"momentum", "betas"}
    if facts.cycles_momentum and component.get("cycle_momentum") and not has_momentum:
        message = f"{component.name} cycles the momentum, and {type(optimizer).__name__} has none"
        raise _error(message, "cycle_momentum", help="write cycle_momentum: false")


def _mode(component: Component, monitor: str | None) -> str:
    if monitor is None:
        raise _error(
            f"{component.name} waits for a measured value, and this training watches none",
            help="write monitor: val_loss or monitor: val_accuracy",
        )
    better = BETTER[monitor]
    if (mode := component.given.get("mode", better)) != better:
        message = f"{component.name} takes mode {better} for {monitor}, not {mode}"
        raise _error(message, "mode", help="leave mode out: it follows from the monitor")
    return better
