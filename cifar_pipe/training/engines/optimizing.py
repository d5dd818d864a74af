"""The optimizers that have kernels: their state is the optimizer's own, in one row of numbers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.optim import LBFGS, SGD, Adam, AdamW, Optimizer

from cifar_pipe.training.engines.flat import FlatNetwork, Floats
from cifar_pipe.training.engines.loading import Kernels
from cifar_pipe.training.engines.operations import ADAM, DESCENT, NONE
from cifar_pipe.training.engines.tracing.values import NotPlanned
from cifar_pipe.training.optimization.gradient_descent import GradientDescent
from cifar_pipe.training.optimization.uncompiled import declared_type

_COLUMNS = 8


class Change(NamedTuple):
    """What the kernels are told of an update: see compiled.updates."""

    kind: int
    bounds: npt.NDArray[np.int64]
    table: npt.NDArray[np.float64]
    moments: Floats
    step: int
    norm: float
    value: float


NO_CHANGE = Change(
    NONE, np.zeros((0, 2), np.int64), np.zeros((0, _COLUMNS)), np.zeros((0, 0), np.float32), 1, -1.0, -1.0
)  # fmt: skip


class Update(ABC):
    """Changes the parameters by their gradients, clipped before, as the optimizer's groups say at that moment.

    `bind` makes the optimizer's state views of its numbers: when it is made, and after the optimizer has
    loaded a state.
    """

    kind: ClassVar[int]
    moments: ClassVar[int] = 0

    def __init__(
        self,
        optimizer: Optimizer,
        flat: FlatNetwork,
        kernels: Kernels,
        norm: float | None,
        value: float | None,
    ) -> None:
        self._optimizer = optimizer
        self._flat = flat
        self._kernels = kernels
        self._clip = -1.0 if norm is None else float(norm), -1.0 if value is None else float(value)
        self._bounds = np.array(flat.bounds, np.int64).reshape(-1, 2)
        self._table = np.zeros((len(self._bounds), _COLUMNS))
        self._moments = torch.zeros(self.moments, flat.trained)
        self._array: Floats = self._moments.numpy()

    @abstractmethod
    def bind(self) -> None: ...

    @abstractmethod
    def row(self, group: Mapping[str, Any]) -> tuple[float, ...]:
        """What a group says, in the order in which the kernel wants it."""

    def change(self) -> Change:
        """As the next step makes it."""
        for number, group in enumerate(self._optimizer.param_groups):
            row = self.row(group)
            self._table[number, : len(row)] = row
        step = self.steps + 1
        return Change(self.kind, self._bounds, self._table, self._array, step, *self._clip)

    @property
    def steps(self) -> int:
        """How many the optimizer has taken, where that matters."""
        return 0

    def took(self, steps: int) -> None:  # noqa: B027
        """So many were taken."""

    def apply(self, gradients: Floats) -> None:
        self._kernels.update(*self.change(), self._flat.numbers, gradients)
        self.took(1)

    def _bind(self, name: str, numbers: Tensor) -> None:
        for one, view in zip(self._flat.parameters, self._flat.views_of(numbers), strict=True):
            state = self._optimizer.state[one]
            kept = state.get(name)
            if kept is None:
                view.zero_()
            else:
                view.copy_(kept)
            state[name] = view


class DescentUpdate(Update):
    """SGD, and the tutorial's rule."""

    kind = DESCENT
    moments = 1

    def bind(self) -> None:
        if any(group.get("momentum") for group in self._optimizer.param_groups):
            self._bind("momentum_buffer", self._moments[0])

    def row(self, group: Mapping[str, Any]) -> tuple[float, ...]:
        return (
            group["lr"],
            group.get("momentum", 0),
            group.get("weight_decay", 0),
            bool(group.get("nesterov")),
            -1 if group.get("maximize") else 1,
        )


class AdamUpdate(Update):
    kind = ADAM
    moments = 2

    def bind(self) -> None:
        self._bind("exp_avg", self._moments[0])
        self._bind("exp_avg_sq", self._moments[1])
        self._steps = torch.zeros(len(self._flat.parameters))
        for number, one in enumerate(self._flat.parameters):
            state = self._optimizer.state[one]
            self._steps[number] = float(state.get("step", 0.0))
            state["step"] = self._steps[number]

    @property
    def steps(self) -> int:
        return int(self._steps[0])

    def took(self, steps: int) -> None:
        self._steps += steps

    def row(self, group: Mapping[str, Any]) -> tuple[float, ...]:
        return (
            group["lr"],
            *group["betas"],
            group["eps"],
            group["weight_decay"],
            isinstance(self._optimizer, AdamW) or bool(group.get("decoupled_weight_decay")),
            -1 if group["maximize"] else 1,
        )


class OwnUpdate(Update):
    """What the optimizer itself does with the gradients."""

    kind = NONE

    def bind(self) -> None:
        pass

    def row(self, group: Mapping[str, Any]) -> tuple[float, ...]:
        del group
        return ()

    def apply(self, gradients: Floats) -> None:
        super().apply(gradients)
        views = self._flat.views_of(torch.from_numpy(gradients))
        for one, view in zip(self._flat.parameters, views, strict=True):
            one.grad = view
        self._optimizer.step()
        for one in self._flat.parameters:
            one.grad = None


_UPDATES: dict[type[Optimizer], type[Update]] = {
    SGD: DescentUpdate,
    GradientDescent: DescentUpdate,
    Adam: AdamUpdate,
    AdamW: AdamUpdate,
}
# What the kernels of these do not know.
_UNKNOWN = ("dampening", "amsgrad", "differentiable", "capturable")


def update_type(optimizer: Optimizer) -> type[Update]:
    """Raises NotPlanned for an optimizer that wants more than gradients."""
    if isinstance(optimizer, LBFGS):
        raise NotPlanned("the optimizer LBFGS")
    groups = optimizer.param_groups
    if any(group.get(key) for group in groups for key in _UNKNOWN):
        return OwnUpdate
    return _UPDATES.get(declared_type(optimizer), OwnUpdate)
