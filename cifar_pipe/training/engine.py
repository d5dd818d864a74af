"""How one step is executed. The loop, the metrics and the files do not know which engine runs."""

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
        self, network: nn.Module, measure: Criterion, optimizer: Optimizer, *, device: str
    ) -> None:
        self._network = network
        self._measure = measure
        self._optimizer = optimizer
        # Only on the CPU is the loss at hand without waiting.
        self._at_hand = device == "cpu"
        self._parameters = [one for group in optimizer.param_groups for one in group["params"]]

    def step(self, images: Tensor, labels: Tensor) -> float | Tensor:
        # Optimizer.zero_grad(set_to_none=True) without its bookkeeping, 10 µs for LeNet.
        for parameter in self._parameters:
            parameter.grad = None
        loss = self._measure(self._network(images), labels)
        value = self._told(loss)
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        return value

    def _told(self, loss: Tensor) -> float | Tensor:
        if not self._at_hand:
            return loss.detach()
        value = loss.item()
        if not math.isfinite(value):
            raise NotFinite(value)
        return value


class ClosureEngine:
    """For LBFGS: the optimizer computes the loss several times; the first one is told."""

    name = "closure"

    def __init__(self, network: nn.Module, measure: Criterion, optimizer: LBFGS) -> None:
        self._network = network
        self._measure = measure
        self._optimizer = optimizer

    def step(self, images: Tensor, labels: Tensor) -> float | Tensor:
        def closure() -> float:
            with torch.enable_grad():
                self._optimizer.zero_grad()
                loss = self._measure(self._network(images), labels)
                loss.backward()  # type: ignore[no-untyped-call]
            value = loss.item()
            if not math.isfinite(value):
                raise NotFinite(value)
            return value

        return float(self._optimizer.step(closure))  # type: ignore[no-untyped-call]


def make_engine(
    network: nn.Module, measure: Criterion, optimizer: Optimizer, *, device: str
) -> Engine:
    if isinstance(optimizer, LBFGS):
        return ClosureEngine(network, measure, optimizer)
    return EagerEngine(network, measure, optimizer, device=device)
