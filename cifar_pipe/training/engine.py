"""What is done with one batch. The loop, the metrics and the files do not know which engine runs.

Whatever changes a step is an engine, or a change of one: accumulating gradients over several
batches, mixed precision, compiling.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn
from torch.optim import LBFGS, Optimizer

from cifar_pipe.training.divergence import NotFinite
from cifar_pipe.training.targets import Criterion


class Engine(ABC):
    name: str

    def __init__(
        self, network: nn.Module, criterion: Criterion, optimizer: Optimizer, *, device: str
    ) -> None:
        self._network = network
        self._criterion = criterion
        self._optimizer = optimizer
        # Only there reading the loss does not wait for the device.
        self._on_cpu = device == "cpu"
        self._parameters = [one for group in optimizer.param_groups for one in group["params"]]

    @abstractmethod
    def step(self, images: Tensor, labels: Tensor) -> float | Tensor:
        """Changes the weights by one batch, images `[N, C, H, W]`, and gives its loss.

        A float where that costs nothing; where it would wait for the device, a tensor on it.
        Raises NotFinite before the weights are changed, where the loss is a float.
        """


class EagerEngine(Engine):
    """The step as it is written in the tutorial."""

    name = "eager"

    def step(self, images: Tensor, labels: Tensor) -> float | Tensor:
        # Optimizer.zero_grad(set_to_none=True) without its bookkeeping, 10 µs for LeNet.
        for parameter in self._parameters:
            parameter.grad = None
        loss = self._criterion(self._network(images), labels)
        value = _finite(loss) if self._on_cpu else loss.detach()
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        return value


class ClosureEngine(Engine):
    """For LBFGS: the optimizer computes the loss several times; the first one is reported."""

    name = "closure"

    def step(self, images: Tensor, labels: Tensor) -> float | Tensor:
        def closure() -> float:
            with torch.enable_grad():
                self._optimizer.zero_grad()
                loss = self._criterion(self._network(images), labels)
                loss.backward()  # type: ignore[no-untyped-call]
            return _finite(loss)

        loss: float = self._optimizer.step(closure)
        return float(loss)


def _finite(loss: Tensor) -> float:
    value = loss.item()
    if not math.isfinite(value):
        raise NotFinite(value)
    return value


def make_engine(
    network: nn.Module, criterion: Criterion, optimizer: Optimizer, *, device: str
) -> Engine:
    engine = ClosureEngine if isinstance(optimizer, LBFGS) else EagerEngine
    return engine(network, criterion, optimizer, device=device)
