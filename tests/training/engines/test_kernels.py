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
from cifar_pipe.data.batches import Batching, Data, Epoch
from cifar_pipe.data.store import Split
from cifar_pipe.model.network import Network, build
from cifar_pipe.training.divergence import NotFinite
from cifar_pipe.training.engine import Batch, EagerEngine, Engine, Step
from cifar_pipe.training.engines.kernels import KernelsEngine, plan_kernels
from cifar_pipe.training.engines.values import NotPlanned
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
    "a shortcut without parameters": [
        conv(), residual(conv(out_channels=7, stride=2, padding=1), shortcut=[layer("PadShortcut", out_channels=7, stride=2)]),
    ],
    "paddings": [
        conv(), layer("ZeroPad2d", padding=[1, 0, 2, 1]), layer("ReflectionPad2d", padding=1), conv(),
        layer("ConstantPad2d", padding=1, value=0.5), layer("ReplicationPad2d", padding=2), conv(stride=2),
    ],
    "another order": [conv(), layer("ChannelShuffle", groups=2), layer("PixelShuffle", upscale_factor=2), conv()],
    "a larger image": [conv(), layer("Upsample", scale_factor=2), conv(stride=2)],
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


@pytest.mark.parametrize("name", ["batch normalization", "a shortcut without parameters"])
def test_an_image_alone_has_a_variance_where_it_has_pixels(name: str, context: Context) -> None:
    base = network(LAYERS[name])
    pair = Pair(base, context)
    for batch in batches(20, 1):
        eager, kernels = pair.step(batch)
        assert kernels == pytest.approx(eager, rel=1e-3, abs=1e-4)
    pair.check(base.state_dict())


def test_a_variance_of_one_number_is_an_error_of_pytorchs(context: Context) -> None:
    pair = Pair(network([layer("Flatten"), layer("BatchNorm1d")]), context)
    (batch,) = batches(1, 1)
    with pytest.raises(ValueError, match="more than 1 value per channel"):
        pair.engines[1].step([batch])


SMALL = [conv(), layer("ReLU"), layer("Dropout", p=0.2)]


@pytest.mark.parametrize(
    "optimizer",
    [
        lambda p: SGD(p, lr=0.01, fused=True),
        lambda p: SGD(p, lr=0.01, momentum=0.9, nesterov=True, weight_decay=0.01, fused=True),
        lambda p: SGD(p, lr=0.01, momentum=0.5, maximize=True, fused=True),
        lambda p: SGD(
            [{"params": p[:1], "lr": 0.02}, {"params": p[1:]}], lr=0.01, weight_decay=0.1
        ),
        lambda p: GradientDescent(p, lr=0.01),
        lambda p: Adam(p, lr=0.001, weight_decay=0.01, fused=True),
        lambda p: AdamW(p, lr=0.001, betas=(0.8, 0.95), fused=True),
    ],
    ids=["plain", "nesterov", "maximize", "groups", "tutorial", "Adam", "AdamW"],
)
def test_200_steps_of_each_optimizer_are_those_of_pytorch(
    optimizer: OptimizerOf, context: Context
) -> None:
    base = network(SMALL)
    pair = Pair(base, context, optimizer=optimizer)
    for batch in batches(200, 4):
        eager, kernels = pair.step(batch)
        assert kernels == pytest.approx(eager, rel=1e-3, abs=1e-4)
    pair.check(base.state_dict(), tolerance=1e-2)
    states = [one.state_dict()["state"] for one in pair.optimizers]
    for number, state in states[0].items():
        assert state.keys() == states[1][number].keys()


@pytest.mark.parametrize(
    "loss",
    [
        {"label_smoothing": 0.1},
        {"weight": [1.0, 0.5, 2.0]},
        {"weight": [1.0, 0.5, 2.0], "label_smoothing": 0.2},
        {"ignore_index": 1},
        {"reduction": "sum"},
    ],
    ids=str,
)
@pytest.mark.parametrize("together", [1, 2])
def test_losses_are_those_of_pytorch(loss: dict[str, Any], together: int, context: Context) -> None:
    base = network(SMALL[:2])
    pair = Pair(base, context, loss=make("loss", "CrossEntropyLoss", **loss))
    taken = batches(40, 5)
    for at in range(0, len(taken), together):
        eager, kernels = pair.step(*taken[at : at + together])
        assert kernels == pytest.approx(eager, rel=1e-4, abs=1e-5)
    pair.check(base.state_dict())


def test_labels_may_be_shares_of_the_classes(context: Context) -> None:
    base = network(SMALL[:2])
    pair = Pair(base, context)
    for images, labels in batches(20, 4):
        shares = torch.nn.functional.one_hot(labels, CLASSES).float().mul(0.7).add(0.1)
        eager, kernels = pair.step((images, shares))
        assert kernels == pytest.approx(eager, rel=1e-4)


@pytest.mark.parametrize("clipping", [{"clip_grad_norm": 0.1}, {"clip_grad_value": 0.01}], ids=str)
def test_gradients_are_clipped_as_pytorch_does(
    clipping: dict[str, float], context: Context
) -> None:
    base = network(SMALL)
    pair = Pair(base, context, **clipping)
    for batch in batches(20, 4):
        pair.step(batch)
    pair.check(base.state_dict())


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_a_large_batch_is_that_of_pytorch_on_any_number_of_threads(
    threads: int, context: Context
) -> None:
    base = network(SMALL)
    pair = Pair(base, context, threads=threads)
    for batch in batches(10, 53):
        eager, kernels = pair.step(batch)
        assert kernels == pytest.approx(eager, rel=1e-4)
    pair.check(base.state_dict())
    pair.engines[1].close()


def test_two_runs_on_several_threads_are_equal_to_the_bit(context: Context) -> None:
    ends = []
    for _ in range(2):
        torch.manual_seed(0)
        pair = Pair(network(SMALL), context, threads=2)
        for batch in batches(10, 70):
            pair.engines[1].step([batch])
        pair.engines[1].close()
        ends.append(pair.kernels.state_dict())
    torch.testing.assert_close(*ends, rtol=0, atol=0)


@pytest.mark.parametrize("size", [4, 8, 11, 48])
@pytest.mark.parametrize("moved", [False, True], ids=["as they are", "moved"])
def test_images_made_from_bytes_are_those_of_the_transforms(
    size: int, moved: bool, context: Context
) -> None:
    source = torch.Generator().manual_seed(1)
    images = torch.randint(0, 256, (50, 2, 7, 6), dtype=torch.uint8, generator=source)
    split = Split("train", images, torch.arange(50) % CLASSES)
    moves = [make("transform", "RandomCrop", size=[7, 6], padding=2)]
    moves += [make("transform", "RandomHorizontalFlip")]
    values = [
        make("transform", "ToTensor"),
        make("transform", "Normalize", mean=[0.4, 0.5], std=[0.2, 0.3]),
    ]
    batching = Batching([*(moves if moved else []), *values], batch_size=size)
    data = Data({"train": split}, classes=("plane", "car", "bird"), batching=batching)
    ends = []
    for how in (Engine.batches, KernelsEngine.batches):
        pair = Pair(network(SMALL[:2]), context, threads=2)
        engine = pair.engines[1]
        losses = [
            engine.step([one]) for epoch in range(2) for one in how(engine, data, Epoch(epoch))
        ]  # type: ignore[arg-type]
        engine.close()
        ends.append((losses, pair.kernels.state_dict()))
    torch.testing.assert_close(*ends, rtol=0, atol=0)


def test_a_loss_that_is_not_finite_changes_no_weight(context: Context) -> None:
    pair = Pair(network(SMALL), context)
    before = copy.deepcopy(pair.kernels.state_dict())
    ((images, labels),) = batches(1, 4)
    with pytest.raises(NotFinite):
        pair.engines[1].step([(images * torch.inf, labels)])
    torch.testing.assert_close(pair.kernels.state_dict(), before, rtol=0, atol=0)


def test_after_the_last_step_each_tensor_has_memory_of_its_own(context: Context) -> None:
    pair = Pair(network([conv(), layer("BatchNorm2d")]), context)
    pair.engines[1].close()
    places = {one.untyped_storage().data_ptr() for one in pair.kernels.state_dict().values()}
    assert len(places) == len(pair.kernels.state_dict())


@pytest.mark.parametrize(
    ("layers", "named"),
    [
        ([conv(), layer("GroupNorm", num_groups=2)], "GroupNorm"),
        ([conv(padding=1, padding_mode="reflect")], "padding_mode"),
        ([conv(), layer("MaxPool2d", kernel_size=2, ceil_mode=True)], "ceil_mode"),
        ([conv(id="one", out_channels=2, padding=1), layer("Shared", of="one")], "twice"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_has_no_kernel_is_named(layers: list[Component], named: str, context: Context) -> None:
    net = network(layers)
    with pytest.raises(NotPlanned, match=named):
        plan_kernels(net, PLAIN, descent(net.parameters()), context)
