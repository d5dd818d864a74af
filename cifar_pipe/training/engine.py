"""What is done with one batch. The loop, the metrics and the files do not know which engine runs.

Whatever changes a step is an engine, or a change of one: accumulating gradients over several
batches, mixed precision, compiling.
"""

from __future__ import annotations

import math
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.optim import LBFGS, Optimizer

from cifar_pipe.training.targets import Criterion


class NotFinite(Exception):  # noqa: N818
    """The loss is NaN or infinite; no weight has been changed by it."""

    def __init__(self, loss: float) -> None:
        super().__init__(str(loss))
        self.loss = loss


class Engine(Protocol):
    name: str

    def step(self, images: Tensor, labels: Tensor) -> float | Tensor:
        """Changes the weights by one batch, images `[N, C, H, W]`, and gives its loss.

        A float where that costs nothing; where it would wait for the device, a tensor on it.
        Raises NotFinite before the weights are changed, where the loss is a float.
        """


class EagerEngine:
    """The step as it is written in the tutorial."""

    name = "eager"

    def __init__(
        self, network: nn.Module, criterion: Criterion, optimizer: Optimizer, *, device: str
    ) -> None:
        self._network = network
        self._criterion = criterion
        self._optimizer = optimizer
        # Only there reading the loss does not wait for the device.
        self._on_cpu = device == "cpu"
        self._parameters = [one for group in optimizer.param_groups for one in group["params"]]

    def step(self, images: Tensor, labels: Tensor) -> float | Tensor:
        # Optimizer.zero_grad(set_to_none=True) without its bookkeeping, 10 µs for LeNet.
        for parameter in self._parameters:
            parameter.grad = None
        loss = self._criterion(self._network(images), labels)
        value = _finite(loss) if self._on_cpu else loss.detach()
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        return value


class ClosureEngine:
    """For LBFGS: the optimizer computes the loss several times; the first one is reported."""

    name = "closure"

    def __init__(self, network: nn.Module, criterion: Criterion, optimizer: LBFGS) -> None:
        self._network = network
        self._criterion = criterion
        self._optimizer = optimizer

    def step(self, images: Tensor, labels: Tensor) -> float | Tensor:
        def closure() -> float:
            with torch.enable_grad():
                self._optimizer.zero_grad()
                loss = self._criterion(self._network(images), labels)
                loss.backward()  # type: ignore[no-untyped-call]
            return _finite(loss)

        return float(self._optimizer.step(closure))  # type: ignore[no-untyped-call]


def _finite(loss: Tensor) -> float:
    value = loss.item()
    if not math.isfinite(value):
        raise NotFinite(value)
    return value


def make_engine(
    network: nn.Module, criterion: Criterion, optimizer: Optimizer, *, device: str
) -> Engine:
    if isinstance(optimizer, LBFGS):
        return ClosureEngine(network, criterion, optimizer)
    return EagerEngine(network, criterion, optimizer, device=device)
