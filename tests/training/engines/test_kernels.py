"""The kernels compute the steps that PyTorch computes, within rounding, whatever the network is made of."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.optim import SGD, Adam, AdamW, Optimizer

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.context import Context
from cifar_pipe.model.network import Network, build
from cifar_pipe.training.engine import Batch, EagerEngine, Engine, Step
from cifar_pipe.training.engines.kernels import KernelsEngine, plan_kernels
from cifar_pipe.training.engines.tracing import NotPlanned
from cifar_pipe.training.optimization.gradient_descent import GradientDescent
from cifar_pipe.training.targets import criterion, is_summed, weighted_mean
from tests.kit import layer

pytest.importorskip("numba")

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
# Name: the layers between 2 channels of 7 by 6 pixels and the classes.
LAYERS: dict[str, list[Component]] = {
    "a convolution": [conv()],
    "with stride and padding": [conv(stride=2, padding=1)],
    "with another stride each way": [conv(), conv(stride=[2, 1], padding=[1, 2], kernel_size=[3, 2])],
    "with dilation": [conv(), conv(dilation=2, padding=2)],
    "with a stride above the kernel": [conv(), conv(kernel_size=1, stride=2)],
    "with padding: same": [conv(), conv(padding="same", kernel_size=[3, 5])],
    "in groups": [conv(), conv(groups=2, out_channels=6)],
    "depthwise": [conv(), conv(groups=4, padding=1), conv(groups=4, stride=2, out_channels=8)],
    "pointwise": [conv(), conv(kernel_size=1)],
    "without bias": [conv(bias=False), conv(bias=False)],
    "frozen": [conv(), conv(trainable=False)],
    "maxima": [conv(padding=1), layer("MaxPool2d", kernel_size=2)],
    "maxima of ReLU": [conv(padding=1), layer("ReLU"), layer("MaxPool2d", kernel_size=2), conv(kernel_size=2)],
    "maxima that overlap": [conv(padding=1), layer("MaxPool2d", kernel_size=3, stride=2, padding=1)],
    "maxima with dilation": [conv(padding=1), layer("MaxPool2d", kernel_size=2, stride=1, dilation=2)],
    "means": [conv(padding=1), layer("AvgPool2d", kernel_size=2)],
    "means with padding": [conv(), layer("AvgPool2d", kernel_size=3, stride=2, padding=1)],
    "means without it": [
        conv(), layer("AvgPool2d", kernel_size=3, padding=1, count_include_pad=False),
    ],
    "adaptive means": [conv(), layer("AdaptiveAvgPool2d", output_size=[3, 2])],
    "global means": [conv(), layer("AdaptiveAvgPool2d", output_size=1)],
    "batch normalization": [conv(), layer("BatchNorm2d"), layer("ReLU")],
    "of features": [layer("Flatten"), layer("Linear", out_features=6), layer("BatchNorm1d")],
    "of the images": [layer("BatchNorm2d"), conv()],
    "without its own parameters": [conv(), layer("BatchNorm2d", affine=False)],
    "dropout": [conv(), layer("ReLU"), layer("Dropout", p=0.3)],
    "dropout of channels": [conv(), layer("Dropout2d", p=0.3), conv(), layer("Dropout", p=0.1)],
    "a residual": [conv(), residual(conv(padding=1), layer("BatchNorm2d")), layer("ReLU")],
    "a residual of the images": [residual(conv(out_channels=2, padding=1)), conv()],
    "a residual with a shortcut": [
        conv(), residual(conv(stride=2, padding=1), shortcut=[conv(kernel_size=1, stride=2)]), layer("ReLU"),
    ],
    "a nested residual": [conv(), residual(residual(conv(padding=1), layer("ReLU")), conv(padding=1))],
    "branches": [
        conv(id="stem"), conv(id="one", padding=1), conv(id="two", input="stem", kernel_size=1),
        layer("Concat", input=["one", "stem", "two"]), layer("ReLU"), layer("Dropout", p=0.2),
    ],
    "sums": [
        conv(id="stem"), layer("ReLU", id="one"), conv(id="two", padding=1),
        layer("Add", input=["stem", "one", "two"]), layer("ReLU"),
    ],
    **{
        name: [conv(), layer(name), conv(kernel_size=1), layer(name)]
        for name in ("LeakyReLU", "ReLU6", "Sigmoid", "Tanh", "SiLU", "GELU", "Hardswish", "ELU")
    },
    "GELU, by tanh": [conv(), layer("GELU", approximate="tanh")],
    "a mean": [conv(), layer("Mean", dim=[2, 3])],
}  # fmt: skip


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
            KernelsEngine(self.kernels, loss_of, second, context, settings, plan=plan, threads=threads),
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
            torch.testing.assert_close(ours[name], one, rtol=1e-3, atol=limit, msg=lambda text, name=name: f"{name}: {text}")


@pytest.fixture(autouse=True)
def one_generator() -> Iterator[None]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        yield


@pytest.mark.parametrize("layers", LAYERS.values(), ids=LAYERS.keys())
def test_200_steps_are_those_of_pytorch(layers: list[Component], context: Context) -> None:
    base = network(layers)
    pair = Pair(base, context)
    for number, batch in enumerate(batches(200, 5)):
        eager, kernels = pair.step(batch)
        assert kernels == pytest.approx(eager, rel=1e-3, abs=1e-4), f"step {number}"
    pair.check(base.state_dict())
