"""A network that is trained by kernels and by PyTorch at once."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.optim import SGD, Optimizer

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.catalog.core.loss_targets import is_summed
from cifar_pipe.context import Context
from cifar_pipe.model.network import Network, build
from cifar_pipe.training.engine import Batch, EagerEngine, Engine, Step
from cifar_pipe.training.engines.kernels import KernelsEngine
from cifar_pipe.training.engines.plan import plan_kernels
from cifar_pipe.training.targets import criterion, weighted_mean
from tests.kit import layer

OptimizerOf = Callable[[Any], Optimizer]
PLAIN = make("loss", "CrossEntropyLoss")
CLASSES = 3
# Relative to the largest change of a weight, after 200 steps.
TOLERANCE = 1e-3


def descent(parameters: Any) -> Optimizer:
    return SGD(parameters, lr=0.005, momentum=0.9, fused=True)


def conv(**arguments: Any) -> Component:
    return layer("Conv2d", **{"out_channels": 4, "kernel_size": 3, **arguments})


def residual(*layers: Component, **more: Any) -> Component:
    return layer("Residual", layers=list(layers), **more)


HEAD = (layer("Flatten"), layer("Linear", out_features=CLASSES))


def network(layers: list[Component], *, head: bool = True) -> Network:
    ends = layers[-1].name == "Mean"
    tail = HEAD[1:] if ends else HEAD
    return build([*layers, *(tail if head else ())], (2, 7, 6), seed=1)


def batches(count: int, size: int, classes: int = CLASSES) -> list[Batch]:
    source = torch.Generator().manual_seed(2)
    images = torch.randn(count, size, 2, 7, 6, generator=source)
    labels = torch.randint(0, classes, (count, size), generator=source)
    return list(zip(images, labels, strict=True))


class Pair:
    """The same network, once for each engine."""

    def __init__(
        self,
        base: Network,
        context: Context,
        *,
        optimizer: OptimizerOf = descent,
        loss: Component = PLAIN,
        threads: int = 1,
        **step: Any,
    ) -> None:
        self.eager, self.kernels = copy.deepcopy(base).train(), copy.deepcopy(base).train()
        self.optimizers = [
            optimizer([one for one in net.parameters() if one.requires_grad])
            for net in (self.eager, self.kernels)
        ]
        settings = Step(
            summed=is_summed(loss), weighted_mean=weighted_mean(loss, device="cpu"), **step
        )
        loss_of = criterion(loss, device="cpu")
        first, second = self.optimizers
        plan = plan_kernels(self.kernels, loss, second, context)
        self.engines: list[Engine] = [
            EagerEngine(self.eager, loss_of, first, context, settings),
            KernelsEngine(
                self.kernels, loss_of, second, context, settings, plan=plan, threads=threads
            ),
        ]

    def step(self, *given: Batch) -> tuple[float, float]:
        losses = []
        state = torch.get_rng_state()
        for engine in self.engines:
            # Both draw the same masks, and as many numbers.
            torch.set_rng_state(state)
            losses.append(float(engine.step(given)))
        return losses[0], losses[1]

    def check(self, before: dict[str, Tensor], tolerance: float = TOLERANCE) -> None:
        ours, theirs = self.kernels.state_dict(), self.eager.state_dict()
        assert ours.keys() == theirs.keys()
        moved = max(float((theirs[name] - one).abs().max()) for name, one in before.items())
        for name, one in theirs.items():
            limit = tolerance * moved + 1e-6
            torch.testing.assert_close(
                ours[name],
                one,
                rtol=1e-3,
                atol=limit,
                msg=lambda text, name=name: f"{name}: {text}",
            )
