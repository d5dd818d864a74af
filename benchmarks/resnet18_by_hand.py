"""ResNet-18 on CIFAR-10 for a GPU as one writes it by hand: the peer of pipelines/recipes/cifar10_resnet18.yaml.

    python benchmarks/resnet18_by_hand.py data/cifar10-images --data workers
    python benchmarks/resnet18_by_hand.py data/cifar10-images --data resident --compile

`workers` decodes and augments with torchvision in a DataLoader's processes; `resident` has the pixels
on the device and augments whole batches there. Prints the seconds and images per second of each
epoch, without the evaluation; and as JSON the seconds of the whole training, and the images per second without the first
epoch, if there are more: it warms up. Same batch,
precision, layout and transforms as the recipe.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn, optim
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import ImageFolder

MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)
Batches = Callable[[], Iterator[tuple[Tensor, Tensor]]]


class Block(nn.Module):
    def __init__(self, wide_in: int, wide: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(wide_in, wide, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(wide)
        self.conv2 = nn.Conv2d(wide, wide, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(wide)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or wide_in != wide:
            self.shortcut = nn.Sequential(
                nn.Conv2d(wide_in, wide, 1, stride, bias=False), nn.BatchNorm2d(wide)
            )

    def forward(self, x: Tensor) -> Tensor:
        out = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(out)) + self.shortcut(x))


class ResNet18(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU()
        )
        wide, blocks = 64, list[nn.Module]()
        for wanted, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
            blocks += [Block(wide, wanted, stride), Block(wanted, wanted, 1)]
            wide = wanted
        self.blocks = nn.Sequential(*blocks)
        self.fc = nn.Linear(512, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.blocks(self.stem(x)).mean((2, 3)))


def from_workers(root: Path, size: int, workers: int, device: torch.device) -> tuple[Batches, int]:
    transform = transforms.Compose(
        [
            transforms.RandomCrop(32, padding=4),
            transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),
            transforms.Normalize(MEAN, STD),
            transforms.RandomErasing(p=1, scale=(0.0625, 0.0625), ratio=(1, 1)),
        ]
    )
    images = ImageFolder(str(root / "train"), transform=transform)
    loader = DataLoader(
        images,
        size,
        shuffle=True,
        drop_last=True,
        num_workers=workers,
        pin_memory=True,
        persistent_workers=True,
        prefetch_factor=4,
    )

    def batches() -> Iterator[tuple[Tensor, Tensor]]:
        for pixels, labels in loader:
            yield pixels.to(device, non_blocking=True), labels.to(device, non_blocking=True)

    return batches, len(loader) * size


def on_the_device(root: Path, size: int, device: torch.device) -> tuple[Batches, int]:
    loader = DataLoader(
        ImageFolder(str(root / "train"), transforms.PILToTensor()), 500, num_workers=8
    )
    parts = list(loader)
    pixels = torch.cat([one for one, _ in parts]).to(device)
    labels = torch.cat([one for _, one in parts]).to(device)
    mean = torch.tensor(MEAN, device=device).view(3, 1, 1)
    std = torch.tensor(STD, device=device).view(3, 1, 1)
    rows, columns = (
        torch.arange(32, device=device).view(shape) for shape in ((1, 32, 1), (1, 1, 32))
    )
    count = len(pixels) // size * size

    def batches() -> Iterator[tuple[Tensor, Tensor]]:
        order = torch.randperm(len(pixels), device=device)
        padded = F.pad(pixels, [4] * 4)
        for start in range(0, count, size):
            chosen = order[start : start + size]
            top, left = torch.randint(0, 9, (2, size, 1, 1), device=device)
            y, x = top + rows, left + columns
            flip = torch.rand(size, 1, 1, device=device) < 0.5
            x = torch.where(flip, x.flip(2), x)
            batch = padded[chosen[:, None, None], :, y, x].permute(0, 3, 1, 2).float() / 255
            batch = (batch - mean) / std
            top, left = torch.randint(0, 25, (2, size, 1, 1), device=device)
            inside = (rows >= top) & (rows < top + 8) & (columns >= left) & (columns < left + 8)
            yield batch.masked_fill(inside[:, None], 0), labels[chosen]

    return batches, count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("--data", choices=("workers", "resident"), default="workers")
    parser.add_argument("--workers", type=int, default=16)
    parser.add_argument("--batch-size", type=int, default=512)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--steps", type=int, help="instead of epochs")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--mode", default="default", help="of torch.compile")
    parser.add_argument("--benchmark", action="store_true", help="torch.backends.cudnn.benchmark")
    given = parser.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.backends.cudnn.benchmark = given.benchmark
    if given.data == "workers":
        batches, count = from_workers(given.root, given.batch_size, given.workers, device)
    else:
        batches, count = on_the_device(given.root, given.batch_size, device)
    network = ResNet18().to(device, memory_format=torch.channels_last).train()
    optimizer = optim.SGD(
        network.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=5e-4, fused=True
    )
    criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
    model = torch.compile(network, mode=given.mode) if given.compile else network
    began, left = time.perf_counter(), given.steps or given.epochs * count // given.batch_size
    ends = list[tuple[int, float]]()
    while left:
        started, total, before = time.perf_counter(), torch.zeros((), device=device), left
        for images, labels in islice(batches(), left):
            optimizer.zero_grad()
            with torch.autocast(device.type, torch.bfloat16):
                outputs = model(images.contiguous(memory_format=torch.channels_last))
                loss = criterion(outputs, labels)
            loss.backward()
            optimizer.step()
            total += loss.detach()
            left -= 1
        value, taken = total.item() / (before - left), before - left
        seconds = time.perf_counter() - started
        ends.append((taken, seconds))
        rate = taken * given.batch_size / seconds
        print(f"{taken} steps: {seconds:.2f} s, {rate:,.0f} images/s, loss {value:.3f}", flush=True)
    seconds = time.perf_counter() - began
    steps, warm = map(sum, zip(*(ends[1:] or ends), strict=True))
    rate = steps * given.batch_size / warm
    print(json.dumps({"train_seconds": seconds, "images_per_second": rate}))


if __name__ == "__main__":
    main()
