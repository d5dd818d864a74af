"""What the tests of models, training and stages share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Batching, Data
from cifar_pipe.data.store import Split
from cifar_pipe.diagnostics.problem import Problem, ProblemError
from cifar_pipe.model.network import Network, build
from cifar_pipe.model.planning.shapes import check

NAMES = ("cat", "dog", "frog", "plane", "car", "bird", "deer", "horse", "ship", "truck")


@dataclass
class Bar:
    label: str
    total: int | None
    done: int = 0
    closed: bool = False

    def advance(self, count: int = 1, **shown: Any) -> None:
        self.done += count

    def close(self) -> None:
        self.closed = True


@dataclass
class RecordedEvents:
    """Events, as one list of lines per kind."""

    said: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    rows: list[Mapping[str, Any]] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.said.append(text)

    def note(self, text: str) -> None:
        self.notes.append(text)

    def warn(self, text: str) -> None:
        self.warnings.append(text)

    def progress(self, label: str, total: int | None) -> Bar:
        self.bars.append(Bar(label, total))
        return self.bars[-1]


def context(
    events: RecordedEvents, run_dir: Path, *, stage: str = "train", seed: int = 7
) -> Context:
    folder = run_dir / "stages" / stage
    folder.mkdir(parents=True, exist_ok=True)
    return Context(
        stage=stage,
        seed=seed,
        device="cpu",
        run_dir=run_dir,
        folder=folder,
        events=events,
        record=events.rows.append,
        check_signal=lambda: None,
    )


def layer(name: str, /, **arguments: Any) -> Component:
    return make("layer", name, **arguments)


def conv(out_channels: int = 3, **more: Any) -> Component:
    """A convolution that keeps height and width."""
    return layer("Conv2d", out_channels=out_channels, kernel_size=3, padding=1, **more)


def problem_of(*layers: Component, shape: tuple[int, ...] = (3, 32, 32)) -> Problem:
    """What is wrong with the first of the layers that does not fit."""
    with pytest.raises(ProblemError) as caught:
        check(layers, shape)
    return caught.value.problem


def argument_of(problem: Problem) -> str | None:
    """The layer's argument that is wrong, where it is a single one."""
    last = problem.path[-1]
    return last if isinstance(last, str) else None


IMAGE = (3, 8, 8)
LENET = [
    layer("Conv2d", out_channels=6, kernel_size=5, id="conv1"),
    layer("ReLU"),
    layer("MaxPool2d", kernel_size=2, stride=2),
    layer("Conv2d", out_channels=16, kernel_size=5, id="conv2"),
    layer("ReLU"),
    layer("MaxPool2d", kernel_size=2, stride=2),
    layer("Flatten"),
    layer("Linear", out_features=120, id="fc1"),
    layer("ReLU"),
    layer("Linear", out_features=84, id="fc2"),
    layer("ReLU"),
    layer("Linear", out_features=10, id="fc3"),
]


class LeNet(nn.Module):
    """The tutorials' network as one would write it by hand; images are 32x32."""

    def __init__(self, channels: int = 3, kernel_size: int = 5) -> None:
        super().__init__()
        side = ((32 - kernel_size + 1) // 2 - kernel_size + 1) // 2
        self.conv1 = nn.Conv2d(channels, 6, kernel_size)
        self.conv2 = nn.Conv2d(6, 16, kernel_size)
        self.fc1 = nn.Linear(16 * side * side, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


def lenet(*, seed: int = 0) -> Network:
    return build(LENET, (3, 32, 32), seed=seed)


def small(*, seed: int = 0) -> Network:
    """Ten pixels to three classes: steps that take no time."""
    layers = [layer("Flatten"), layer("Linear", out_features=3, id="fc")]
    return build(layers, (1, 2, 5), seed=seed)


def random_split(
    name: str, count: int, shape: tuple[int, ...], classes: int, *, seed: int
) -> Split:
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(0, 256, (count, *shape), dtype=torch.uint8, generator=generator)
    labels = torch.randint(0, classes, (count,), generator=generator)
    return Split(name, images, labels)


def random_data(
    *,
    train: int = 40,
    val: int = 0,
    test: int = 0,
    shape: tuple[int, ...] = (1, 2, 5),
    classes: int = 3,
    batch_size: int = 4,
    **more: Any,
) -> Data:
    counts = {"train": train, "val": val, "test": test}
    splits = {
        name: random_split(name, count, shape, classes, seed=seed)
        for seed, (name, count) in enumerate(counts.items())
        if count
    }
    transforms = [make("transform", "ToTensor")]
    batching = Batching(transforms, batch_size, **more)
    return Data(splits, classes=NAMES[:classes], batching=batching)
