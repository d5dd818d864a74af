"""Small networks of each family go 200 steps as they do eagerly."""

from __future__ import annotations

import pytest
import torch
from torch.optim import SGD

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.context import Context
from cifar_pipe.model.network import build
from cifar_pipe.training.engine import Batch
from tests.kit import layer
from tests.training.engines.pairs import CLASSES, Pair, conv, residual

pytest.importorskip("numba")

STEPS, IMAGES, SHAPE = 200, 8, (3, 8, 8)
POOL = layer("AdaptiveAvgPool2d", output_size=1)
HEAD = [layer("Flatten"), layer("Linear", out_features=CLASSES)]


# At the kink of ReLU a last digit decides, and a normalization makes it large: smooth ones where there are any.
def normalized(width: int, *, activation: str = "SiLU", **more: object) -> list[Component]:
    size = {"kernel_size": 3, "padding": 1, **more}
    return [conv(out_channels=width, bias=False, **size), layer("BatchNorm2d"), layer(activation)]


def basic(width: int, stride: int = 1) -> list[Component]:
    around = [layer("PadShortcut", out_channels=width, stride=stride)] if stride > 1 else []
    inside = [*normalized(width, stride=stride), *normalized(width)[:2]]
    more = {"shortcut": around} if around else {}
    return [residual(*inside, **more), layer("SiLU")]


def inverted(inner: int, width: int, stride: int = 1) -> list[Component]:
    return [
        *normalized(inner, kernel_size=1, padding=0),
        *normalized(inner, groups=inner, stride=stride),
        layer("SqueezeExcitation", squeeze_channels=2),
        *normalized(width, kernel_size=1, padding=0)[:2],
    ]


def mixer(width: int) -> list[Component]:
    own = [
        conv(out_channels=width, kernel_size=5, padding="same", groups=width),
        *(layer("GELU"), layer("BatchNorm2d")),
    ]
    return [
        residual(*own),
        conv(out_channels=width, kernel_size=1),
        layer("GELU"),
        layer("BatchNorm2d"),
    ]


def fire(name: str, squeeze: int, expand: int) -> list[Component]:
    return [
        conv(out_channels=squeeze, kernel_size=1),
        layer("LeakyReLU", id=name),
        conv(out_channels=expand, kernel_size=1, id=f"{name}_one"),
        conv(out_channels=expand, padding=1, input=name, id=f"{name}_three"),
        layer("Concat", input=[f"{name}_one", f"{name}_three"]),
        layer("LeakyReLU"),
    ]


FAMILIES = {
    "residual": [*normalized(4), *basic(4), *basic(8, 2), *basic(8), POOL, *HEAD],
    "mobile": [*normalized(4), *inverted(8, 6, 2), residual(*inverted(12, 6)), POOL, *HEAD],
    "mixer": [conv(out_channels=6, kernel_size=2, stride=2), *mixer(6), *mixer(6), POOL, *HEAD],
    "perceptron": [
        *(layer("Flatten"), layer("Linear", out_features=24), layer("ReLU"), layer("Dropout", p=0.2)),
        *(layer("Linear", out_features=12), layer("LayerNorm"), layer("Tanh"), HEAD[1]),
    ],
    "squeeze": [
        *(conv(out_channels=12, stride=2, padding=1), layer("ReLU"), *fire("first", 6, 8)),
        *(layer("MaxPool2d", kernel_size=2), *fire("second", 8, 8)),
        *(layer("AdaptiveMaxPool2d", output_size=1), *HEAD),
    ],
    "plain": [
        *(conv(out_channels=6), layer("ReLU"), layer("MaxPool2d", kernel_size=2), layer("Flatten")),
        *(layer("Linear", out_features=12), layer("ReLU"), HEAD[1]),
    ],
    "tokens": [
        *(conv(out_channels=6, kernel_size=2, stride=2), layer("Flatten", start_dim=2)),
        *(layer("Permute", dims=[0, 2, 1]), layer("PositionEmbedding")),
        residual(layer("LayerNorm"), layer("SelfAttention", num_heads=2)),
        residual(layer("LayerNorm"), layer("Linear", out_features=12), layer("GELU"), layer("Linear", out_features=6)),
        *(layer("LayerNorm"), layer("Mean", dim=1), HEAD[1]),
    ],
    "groups": [
        *(conv(out_channels=6, padding=1), layer("GroupNorm", num_groups=2), layer("SiLU")),
        *(conv(out_channels=8, stride=2), layer("GroupNorm", num_groups=4), layer("Mish"), POOL, *HEAD),
    ],
}  # fmt: skip


def batches() -> list[Batch]:
    """Images that a network can learn: noise upon one picture of each class."""
    source = torch.Generator().manual_seed(2)
    pictures = torch.randn(CLASSES, *SHAPE, generator=source)
    labels = torch.randint(CLASSES, (STEPS, IMAGES), generator=source)
    images = pictures[labels] + torch.randn(STEPS, IMAGES, *SHAPE, generator=source)
    return list(zip(images, labels, strict=True))


@pytest.mark.parametrize("layers", FAMILIES.values(), ids=FAMILIES.keys())
def test_200_steps_are_those_of_pytorch(layers: list[Component], context: Context) -> None:
    base = build(layers, SHAPE, seed=1)
    pair = Pair(base, context, optimizer=lambda p: SGD(p, lr=0.02, momentum=0.9))
    losses = torch.tensor([pair.step(batch) for batch in batches()])
    eager, kernels = losses.t()
    torch.testing.assert_close(kernels, eager, rtol=1e-3, atol=1e-3)
    assert eager[-20:].mean() < 0.8 * eager[:20].mean()
    pair.check(base.state_dict(), tolerance=1e-2)
