"""The networks of pipelines/networks have the parameters of their papers, to the last one."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import torchvision.models as theirs
from torch import Tensor, nn

from cifar_pipe.checks.check import PipelineCheck, check
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.model.network import Network, build

FOLDER = Path(__file__).resolve().parents[2] / "pipelines/networks"
FILES = sorted(FOLDER.glob("*.yaml"))


def checked(name: str) -> PipelineCheck:
    findings = Findings()
    found = check(FOLDER / f"{name}.yaml", [], findings)
    assert found is not None, findings.errors
    return found


def built(name: str, *, device: str = "meta") -> Network:
    network = checked(name).networks["build_model"]
    spec: Any = network.stage.spec
    with torch.device(device):
        return build(spec.layers, network.input_shape, seed=0, by_type=spec.initialize)


def count(network: nn.Module) -> int:
    return sum(one.numel() for one in network.parameters())


def shapes(network: nn.Module) -> list[tuple[int, ...]]:
    return sorted(tuple(one.shape) for one in network.parameters())


@pytest.mark.parametrize("name", [path.stem for path in FILES])
def test_each_has_as_many_parameters_as_its_head_says(name: str) -> None:
    printed = re.search(
        r"^# Parameters: ([\d,]+) ", (FOLDER / f"{name}.yaml").read_text(), re.MULTILINE
    )
    assert printed is not None
    rows = checked(name).networks["build_model"].rows
    assert sum(row.parameters for row in rows) == int(printed[1].replace(",", ""))
    assert rows[-1].output_shape == (10,)


def small_resnet18() -> nn.Module:
    network = theirs.resnet18(num_classes=10)
    network.conv1 = nn.Conv2d(3, 64, 3, padding=1, bias=False)
    return network


def vit() -> nn.Module:
    return theirs.VisionTransformer(
        image_size=32,
        patch_size=4,
        num_layers=6,
        num_heads=3,
        hidden_dim=192,
        mlp_dim=768,
        num_classes=10,
    )


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("alexnet", lambda: theirs.alexnet(num_classes=10)),
        ("vgg11", lambda: theirs.vgg11(num_classes=10)),
        ("vgg16", lambda: theirs.vgg16(num_classes=10)),
        ("resnet18", small_resnet18),
        ("mobilenet_v2", lambda: theirs.mobilenet_v2(num_classes=10)),
        ("vit_small", vit),
    ],
)
def test_each_parameter_is_as_large_as_torchvisions(
    name: str, make: Callable[[], nn.Module]
) -> None:
    with torch.device("meta"):
        other = make()
    ours = shapes(built(name))
    if name == "vit_small":
        # torchvision keeps an empty dimension for the batch.
        assert sum(map(len, ours)) == sum(map(len, shapes(other))) - 2
        assert count(built(name)) == count(other)
    else:
        assert ours == shapes(other)


class Block(nn.Module):
    """He et al., figure 2, with option A of section 4.2."""

    def __init__(self, width: int, stride: int) -> None:
        super().__init__()
        before = width // stride
        self.stride = stride
        self.conv1 = nn.Conv2d(before, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        if self.stride == 2:
            zeros = torch.zeros_like(x[:, : x.shape[1] // 2, ::2, ::2])
            x = torch.cat([zeros, x[:, :, ::2, ::2], zeros], dim=1)
        return torch.relu(x + y)


def by_hand(n: int) -> nn.Module:
    stages = [Block(w, 2 if w > 16 and not i else 1) for w in (16, 32, 64) for i in range(n)]
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), *stages,
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10),
    )  # fmt: skip


@pytest.mark.parametrize(("name", "n"), [("resnet20", 3), ("resnet56", 9)])
def test_a_resnet_of_section_4_2_computes_what_one_by_hand_does(name: str, n: int) -> None:
    ours, hand = built(name, device="cpu").eval(), by_hand(n).eval()
    hand.load_state_dict(dict(zip(hand.state_dict(), ours.state_dict().values(), strict=True)))
    images = torch.randn(2, 3, 32, 32)
    with torch.no_grad():
        assert torch.allclose(ours(images), hand(images), atol=1e-4)


def test_the_arithmetic_of_the_papers_that_torchvision_does_not_have() -> None:
    lenet = (25 + 1) * 6 + (25 * 6 + 1) * 16 + 401 * 120 + 121 * 84 + 85 * 10
    assert count(built("lenet5")) == lenet

    def wide(before: int, width: int) -> int:
        first = 2 * before + 9 * before * width + 2 * width + 9 * width * width + before * width
        return first + 3 * (4 * width + 18 * width * width)

    stages = wide(16, 160) + wide(160, 320) + wide(320, 640)
    assert count(built("wideresnet28_10")) == 3 * 9 * 16 + stages + 2 * 640 + 641 * 10

    channels, dense = 16, 3 * 9 * 16
    for block in range(3):
        for _ in range(12):
            dense += 2 * channels + 9 * channels * 12
            channels += 12
        if block < 2:
            dense += 2 * channels + channels * channels
    assert count(built("densenet40")) == dense + 2 * channels + (channels + 1) * 10

    mixer = (25 + 1) * 256 + (256 + 1) * 256 + 4 * 256
    assert count(built("convmixer256_8")) == 13 * 256 + 2 * 256 + 8 * mixer + 257 * 10


@pytest.mark.parametrize("name", ["resnet20", "densenet40", "vit_small"])
def test_a_step_of_training_makes_the_loss_smaller(name: str) -> None:
    network = built(name, device="cpu")
    images, labels = torch.randn(8, 3, 32, 32), torch.arange(8)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    losses = []
    for _ in range(2):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(network(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[1] < losses[0]


def test_names_of_parameters_can_be_read() -> None:
    names = list(built("resnet20").state_dict())
    assert "stage1.2.sum.conv2.weight" in names
    assert "stage2_first.block.sum.bn1.weight" in names
    assert "fc.bias" in names
