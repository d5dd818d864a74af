"""The optimizers that have kernels: their state is the optimizer's own, in one row of numbers."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
import torch
from torch import Tensor
from torch.optim import LBFGS, SGD, Adam, AdamW, Optimizer

from cifar_pipe.training.engines.flat import FlatNetwork, Floats
from cifar_pipe.training.engines.loading import Kernels
from cifar_pipe.training.engines.tracing.values import NotPlanned
from cifar_pipe.training.optimization.gradient_descent import GradientDescent
from cifar_pipe.training.optimization.uncompiled import declared_type


class Update(ABC):
    """Changes the parameters by their gradients, as the optimizer's groups say at that moment.

    `bind` makes the optimizer's state views of its numbers: when it is made, and after the optimizer has
    loaded a state.
    """

    def __init__(self, optimizer: Optimizer, flat: FlatNetwork, kernels: Kernels) -> None:
        self._optimizer = optimizer
        self._flat = flat
        self._kernels = kernels

    @abstractmethod
    def bind(self) -> None: ...

    @abstractmethod
    def apply(self, gradients: Floats) -> None: ...

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

    def __init__(self, optimizer: Optimizer, flat: FlatNetwork, kernels: Kernels) -> None:
        super().__init__(optimizer, flat, kernels)
        self._moments = torch.zeros(flat.trained)
        self._array: Floats = self._moments.numpy()

    def bind(self) -> None:
        if any(group.get("momentum") for group in self._optimizer.param_groups):
            self._bind("momentum_buffer", self._moments)

    def apply(self, gradients: Floats) -> None:
        groups = self._optimizer.param_groups
        for group, (first, last) in zip(groups, self._flat.bounds, strict=True):
            self._kernels.sgd(
                self._flat.numbers,
                gradients,
                self._array,
                first,
                last,
                np.float32(group["lr"]),
                np.float32(group.get("momentum", 0)),
                np.float32(group.get("weight_decay", 0)),
                bool(group.get("nesterov")),
                np.float32(-1 if group.get("maximize") else 1),
            )


class AdamUpdate(Update):
    def __init__(self, optimizer: Optimizer, flat: FlatNetwork, kernels: Kernels) -> None:
        super().__init__(optimizer, flat, kernels)
        self._moments = torch.zeros(2, flat.trained)
        self._arrays: Floats = self._moments.numpy()
        self._steps = torch.zeros(len(flat.parameters))

    def bind(self) -> None:
        self._bind("exp_avg", self._moments[0])
        self._bind("exp_avg_sq", self._moments[1])
        for number, one in enumerate(self._flat.parameters):
            state = self._optimizer.state[one]
            self._steps[number] = float(state.get("step", 0.0))
            state["step"] = self._steps[number]

    def apply(self, gradients: Floats) -> None:
        self._steps += 1
        step = float(self._steps[0])
        decoupled = isinstance(self._optimizer, AdamW)
        groups = self._optimizer.param_groups
        for group, (first, last) in zip(groups, self._flat.bounds, strict=True):
            self._kernels.adam(
                self._flat.numbers,
                gradients,
                self._arrays[0],
                self._arrays[1],
                first,
                last,
                float(group["lr"]),
                *map(float, group["betas"]),
                float(group["eps"]),
                float(group["weight_decay"]),
                bool(decoupled or group.get("decoupled_weight_decay")),
                np.float32(-1 if group["maximize"] else 1),
                step,
            )


class OwnUpdate(Update):
    """What the optimizer itself does with the gradients."""

    def bind(self) -> None:
        pass

    def apply(self, gradients: Floats) -> None:
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
