"""What one step does. The loop, the metrics and the files do not know which engine runs.

A step changes the weights once. It takes one batch, or several whose gradients are added up.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_, clip_grad_value_
from torch.optim import LBFGS, Optimizer

from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data, Epoch
from cifar_pipe.data.picking import Picked, made
from cifar_pipe.profiling import timed
from cifar_pipe.training.divergence import NotFinite
from cifar_pipe.training.precision import autocast, grad_scaler, inputs_of, weights_format
from cifar_pipe.training.targets import Criterion, WeightedMean

# Images [N, C, H, W] and their labels [N], or what they are made of.
Batch = tuple[Tensor, Tensor]
AnyBatch = Batch | Picked


@dataclass(frozen=True, slots=True)
class Step:
    """What is done in a step besides forward, backward and update.

    `summed` is true where the loss of a batch is a sum over its images and not their mean;
    `weighted_mean` is there where that is a mean of images that weigh differently.
    """

    clip_grad_norm: float | None = None
    clip_grad_value: float | None = None
    summed: bool = False
    weighted_mean: WeightedMean | None = None


class Engine(ABC):
    name: str

    def __init__(
        self,
        network: nn.Module,
        criterion: Criterion,
        optimizer: Optimizer,
        context: Context,
        settings: Step = Step(),
    ) -> None:
        self._network = network
        self._criterion = criterion
        self._optimizer = optimizer
        self._context = context
        self._settings = settings
        self._scaler = grad_scaler(context)
        self._plain = (context.precision, context.memory_format) == ("float32", "contiguous")
        self._true = weights_format(context.precision) != torch.float32
        # Only there reading the loss does not wait for the device.
        self._on_cpu = context.device == "cpu"
        self._parameters = [one for group in optimizer.param_groups for one in group["params"]]

    def batches(self, data: Data, epoch: Epoch) -> Iterator[AnyBatch]:
        """The batches of an epoch, as the steps want them."""
        return data.batches("train", training=epoch, device=self._context.device)

    @abstractmethod
    def step(self, batches: Sequence[AnyBatch]) -> float | Tensor:
        """Changes the weights once, by all of the batches, and gives their loss.

        The loss of several batches is the mean over their images, weighted as the loss weighs them,
        or the sum where the loss is one; so are the gradients: as of one large batch, but for layers
        that look at a whole batch.

        A float where that costs nothing; where it would wait for the device, a tensor on it.
        Raises NotFinite before the weights are changed, where the loss is a float.
        """

    @property
    def stretch(self) -> int:
        """How many steps it would take at a time, where nothing is to be done between them: a fiftieth of a second."""
        return 1

    def steps(self, taken: Sequence[Sequence[AnyBatch]]) -> Iterator[float | Tensor]:
        """The losses of as many steps, one after the other; all may be done before the first is given.

        Raises as `step`, after the losses before.
        """
        return map(self.step, taken)

    def close(self) -> None:  # noqa: B027
        """After the last step: what the engine keeps beside the network goes."""

    def state_dict(self) -> dict[str, Any]:
        """The scale of the loss, where it is scaled."""
        return {} if self._scaler is None else self._scaler.state_dict()

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        if self._scaler is not None:
            self._scaler.load_state_dict(dict(state))

    def _loss(self, images: Tensor, labels: Tensor, criterion: Criterion) -> Tensor:
        if self._plain:
            return criterion(self._network(images), labels)
        images = inputs_of(images, self._context)
        with autocast(self._context):
            outputs = self._network(images)
            return criterion(outputs.float() if self._true else outputs, labels)


class EagerEngine(Engine):
    """The step as it is written in the tutorial."""

    name = "eager"

    def step(self, batches: Sequence[AnyBatch]) -> float | Tensor:
        taken = list(map(made, batches))
        # Optimizer.zero_grad(set_to_none=True) without its bookkeeping, 10 µs for LeNet.
        for parameter in self._parameters:
            parameter.grad = None
        if len(taken) == 1:
            values = [self._backward(taken[0], self._criterion)]
        else:
            values = self._backward_of_several(taken)
        with timed("optimizer"):
            self._update()
        return sum(values[1:], values[0])

    def _backward_of_several(self, batches: Sequence[Batch]) -> list[float | Tensor]:
        if self._settings.summed:
            return [self._backward(batch, self._criterion) for batch in batches]
        if (mean := self._settings.weighted_mean) is not None:
            # Of sums: the mean of a batch of which nothing counts is 0 / 0, and so its gradient.
            share = 1 / mean.divisor(torch.cat([labels for _, labels in batches]))
            return [self._backward(batch, mean.summed, share) for batch in batches]
        count = sum(len(images) for images, _ in batches)
        return [self._backward(one, self._criterion, len(one[0]) / count) for one in batches]

    def _backward(
        self, batch: Batch, criterion: Criterion, share: float | Tensor | None = None
    ) -> float | Tensor:
        with timed("forward"):
            loss = self._loss(*batch, criterion)
            if share is not None:
                loss = loss * share
            value = _finite(loss) if self._on_cpu else loss.detach()
            if self._scaler is not None:
                loss = self._scaler.scale(loss)
        with timed("backward"):
            loss.backward()  # type: ignore[no-untyped-call]
        return value

    def _update(self) -> None:
        norm, value = self._settings.clip_grad_norm, self._settings.clip_grad_value
        scaler = self._scaler
        if scaler is not None and (norm, value) != (None, None):
            scaler.unscale_(self._optimizer)
        if norm is not None:
            clip_grad_norm_(self._parameters, norm)
        if value is not None:
            clip_grad_value_(self._parameters, value)
        if scaler is None:
            self._optimizer.step()
        else:
            # Leaves out a step whose gradients are not finite, and scales less.
            scaler.step(self._optimizer)
            scaler.update()


class ClosureEngine(Engine):
    """For LBFGS: the optimizer computes the loss several times; the first one is reported."""

    name = "closure"

    def step(self, batches: Sequence[AnyBatch]) -> float | Tensor:
        ((images, labels),) = map(made, batches)

        def closure() -> float:
            with torch.enable_grad():
                self._optimizer.zero_grad()
                loss = self._loss(images, labels, self._criterion)
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
    network: nn.Module,
    criterion: Criterion,
    optimizer: Optimizer,
    context: Context,
    settings: Step = Step(),
) -> Engine:
    engine = ClosureEngine if isinstance(optimizer, LBFGS) else EagerEngine
    return engine(network, criterion, optimizer, context, settings)
