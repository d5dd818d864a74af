"""Each layer that has kernels, forward and backward, beside PyTorch's."""

from __future__ import annotations

import copy

import pytest
import torch
import torch.nn.functional as F
from torch.optim import SGD

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.context import Context
from cifar_pipe.training.engines.plan import plan_kernels
from cifar_pipe.training.engines.tracing.values import NotPlanned
from tests.kit import layer
from tests.training.engines.pairs import PLAIN, Pair, batches, conv, descent, network, residual

pytest.importorskip("numba")

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
    **{
        name: [conv(), layer(name), conv(kernel_size=1), layer(name)]
        for name in (
            "Hardsigmoid", "Softplus", "Mish", "SELU", "CELU", "LogSigmoid", "Softsign", "Tanhshrink",
            "Hardshrink", "Softshrink",
        )
    },
    "Hardtanh": [conv(), layer("Hardtanh", min_val=-0.3, max_val=0.5)],
    "Threshold": [conv(), layer("Threshold", threshold=0.1, value=-0.2)],
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
    "padded by other pixels": [conv(padding=1, padding_mode="reflect"), conv(padding=2, padding_mode="circular")],
    "uneven padding: same": [conv(padding="same", kernel_size=[2, 4])],
    "maxima of rows that are cut off": [
        conv(padding=1), layer("MaxPool2d", kernel_size=2, ceil_mode=True), conv(kernel_size=1),
        layer("MaxPool2d", kernel_size=3, stride=2, padding=1, ceil_mode=True),
    ],
    "means of rows that are cut off": [
        conv(padding=1), layer("AvgPool2d", kernel_size=2, padding=1, ceil_mode=True), conv(kernel_size=1),
        layer("AvgPool2d", kernel_size=3, stride=2, ceil_mode=True, count_include_pad=False),
    ],
    "adaptive maxima": [conv(), layer("AdaptiveMaxPool2d", output_size=[3, 2])],
    "global maxima": [conv(), layer("ReLU"), layer("AdaptiveMaxPool2d", output_size=1)],
    "a mean of the channels": [conv(), layer("Mean", dim=1, keepdim=True), conv()],
    "groups": [conv(), layer("GroupNorm", num_groups=2), layer("ReLU"), conv(kernel_size=1)],
    "layers": [conv(), layer("LayerNorm", normalized_shape=[4, 5, 4]), conv(), layer("LayerNorm", normalized_shape=[3, 2], bias=False)],
    "root mean squares": [layer("Flatten"), layer("Linear", out_features=5), layer("RMSNorm")],
    "instances": [conv(), layer("InstanceNorm2d", affine=True), conv(), layer("InstanceNorm2d")],
    "products": [
        conv(id="stem"), conv(id="one", padding=1), layer("AdaptiveAvgPool2d", output_size=1, id="two"),
        layer("Sigmoid", id="gate"), layer("Multiply", input=["one", "gate", "stem"]), layer("ReLU"),
    ],
    "a square": [conv(id="stem"), layer("Multiply", input=["stem", "stem"])],
    "squeeze and excitation": [conv(), layer("SqueezeExcitation", squeeze_channels=2), conv()],
    "gates": [conv(), layer("GLU", dim=1), conv(kernel_size=1)],
    "dropped branches": [conv(), residual(conv(padding=1), layer("StochasticDepth", p=0.3, mode="row"))],
    "a block of layers": [layer("Conv2dNormActivation", out_channels=4), layer("Flatten"), layer("MLP", hidden_channels=[6, 5])],
    "shares of the channels": [conv(), layer("Softmax2d"), conv(), layer("LogSoftmax", dim=1)],
    "shares of the classes": [layer("Flatten"), layer("Linear", out_features=6), layer("LogSoftmax", dim=1)],
    "learned slopes": [conv(), layer("PReLU", num_parameters=4), conv(), layer("PReLU")],
    "tokens": [
        *(conv(out_channels=6), layer("Flatten", start_dim=2), layer("Permute", dims=[0, 2, 1])),
        *(layer("ClassToken"), layer("PositionEmbedding"), residual(layer("LayerNorm"), layer("SelfAttention", num_heads=2))),
        residual(layer("LayerNorm"), layer("Linear", out_features=8), layer("GELU"), layer("Linear", out_features=6)),
        *(layer("RMSNorm"), layer("TakeToken")),
    ],
    "a mean of tokens": [
        *(conv(out_channels=6), layer("Flatten", start_dim=2), layer("Permute", dims=[0, 2, 1]), layer("Linear", out_features=5)),
        *(layer("Dropout", p=0.2), layer("Linear", out_features=4), layer("Softmax", dim=2), layer("Mean", dim=1)),
    ],
    "tokens as they lie": [
        *(conv(), layer("Flatten", start_dim=2), layer("Linear", out_features=6), layer("SelfAttention", num_heads=3, bias=False)),
        *(layer("LayerNorm", normalized_shape=[4, 6]), layer("Mean", dim=2)),
    ],
    "a larger image": [conv(), layer("Upsample", scale_factor=2), conv(stride=2)],
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:Using padding=.same. with even kernel lengths")
@pytest.mark.parametrize("layers", LAYERS.values(), ids=LAYERS.keys())
def test_100_steps_are_those_of_pytorch(layers: list[Component], context: Context) -> None:
    base = network(layers)
    pair = Pair(base, context)
    for number, batch in enumerate(batches(100, 5)):
        eager, kernels = pair.step(batch)
        assert kernels == pytest.approx(eager, rel=1e-3, abs=1e-4), f"step {number}"
    pair.check(base.state_dict())


def _is_random(layers: list[Component]) -> bool:
    within = [one for each in layers for one in each.given.get("layers", ())]
    return any(one.name in ("Dropout", "Dropout2d", "StochasticDepth") for one in layers + within)


SURE = {name: layers for name, layers in LAYERS.items() if not _is_random(layers)}


@pytest.mark.filterwarnings("ignore:Using padding=.same. with even kernel lengths")
@pytest.mark.parametrize("layers", SURE.values(), ids=SURE.keys())
def test_gradients_are_those_of_float64(layers: list[Component], context: Context) -> None:
    base = network(layers)
    pair = Pair(base, context, optimizer=lambda given: SGD(given, lr=1.0))
    ((images, labels),) = batches(1, 4)
    pair.engines[1].step([(images, labels)])
    exact = copy.deepcopy(base).double().train()
    trained = {name: one for name, one in exact.named_parameters() if one.requires_grad}
    loss = F.cross_entropy(exact(images.double()), labels)
    gradients = torch.autograd.grad(loss, list(trained.values()))
    after, before = pair.kernels.state_dict(), base.state_dict()
    for name, gradient in zip(trained, gradients, strict=True):
        limit = 1e-5 * float(gradient.abs().max()) + 1e-6
        change = before[name] - after[name]
        torch.testing.assert_close(change, gradient.float(), rtol=1e-4, atol=limit, msg=name)


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


@pytest.mark.parametrize(
    ("layers", "named"),
    [
        ([conv(), layer("LocalResponseNorm", size=3)], "LocalResponseNorm"),
        ([conv(), layer("Upsample", scale_factor=2, mode="bilinear")], "mode bilinear"),
        ([conv(), layer("InstanceNorm2d", track_running_stats=True)], "track_running_stats"),
        ([conv(id="one", out_channels=2, padding=1), layer("Shared", of="one")], "twice"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_has_no_kernel_is_named(layers: list[Component], named: str, context: Context) -> None:
    net = network(layers)
    with pytest.raises(NotPlanned, match=named):
        plan_kernels(net, PLAIN, descent(net.parameters()), context)
