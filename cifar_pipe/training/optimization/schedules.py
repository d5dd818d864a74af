"""The learning rate over time."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import scheduler_facts
from cifar_pipe.catalog.torch.build import build
from cifar_pipe.diagnostics.problem import below
from cifar_pipe.errors import RunError
from cifar_pipe.training.optimization.scheduler_steps import (
    check_steps,
    mode_of,
    parts,
    period,
    scheduler_error,
)
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
    check_steps(component, steps, steps)
    try:
        scheduler = _make(component, optimizer, steps, monitor)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise scheduler_error(f"{component.name}: {error}") from error
    return Schedule(scheduler, per, monitor)


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
        extra["mode"] = mode_of(component, monitor)
    scheduler: LRScheduler = build(component, **extra)
    return scheduler


def _check_optimizer(component: Component, optimizer: Optimizer) -> None:
    """Raises ProblemError where the scheduler would undo what groups say, or has nothing to cycle."""
    facts = scheduler_facts(component)
    rates = {group.get("initial_lr", group["lr"]) for group in optimizer.param_groups}
    if facts.sets_lr and len(rates) > 1:
        raise scheduler_error(
            f"{component.name} sets one learning rate for all parameters, "
            "and the optimizer's groups have several",
            help="leave lr out of the groups, and layer_decay out, or take a scheduler that multiplies "
            "the rates",
        )
    # As PyTorch looks for it.
    has_momentum = optimizer.defaults.keys() & {"momentum", "betas"}
    if facts.cycles_momentum and component.get("cycle_momentum") and not has_momentum:
        message = f"{component.name} cycles the momentum, and {type(optimizer).__name__} has none"
        raise scheduler_error(message, "cycle_momentum", help="write cycle_momentum: false")
