"""The 60-minute tutorial's classifier as one writes it by hand: the peer of the main pipeline.

    python benchmarks/tutorial_by_hand.py data/cifar10-images --seed 0

Reads a folder of images (train/ and test/ below it), trains two epochs at batch size 4 with two
DataLoader workers, and evaluates twice (overall and per class), as the tutorial does. Prints the
seconds of each part; compare with `time cifar-pipe run pipelines/cifar10_lenet.yaml -S ...`.
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn, optim
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import ImageFolder


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=2)
    options = parser.parse_args()
    started = time.perf_counter()
    torch.manual_seed(options.seed)
    transform = transforms.Compose(
        [transforms.ToTensor(), transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))]
    )
    trainset = ImageFolder(str(options.root / "train"), transform=transform)
    testset = ImageFolder(str(options.root / "test"), transform=transform)
    trainloader = DataLoader(trainset, batch_size=4, shuffle=True, num_workers=2)
    testloader = DataLoader(testset, batch_size=4, shuffle=False, num_workers=2)
    net = Net()
    loaded = time.perf_counter()
    train(net, trainloader, options.epochs)
    trained = time.perf_counter()
    print(f"accuracy {accuracy(net, testloader):.4f}")
    per_class(net, testloader, testset.classes)
    ended = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"load {loaded - started:.1f} s, train {trained - loaded:.1f} s, "
        f"evaluate {ended - trained:.1f} s, peak {peak:.0f} MiB"
    )


def train(net: nn.Module, loader: DataLoader, epochs: int) -> None:
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(net.parameters(), lr=0.001, momentum=0.9)
    for epoch in range(epochs):
        running_loss = 0.0
        for i, (inputs, labels) in enumerate(loader):
            optimizer.zero_grad()
            loss = criterion(net(inputs), labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
            if i % 2000 == 1999:
                print(f"[{epoch + 1}, {i + 1:5d}] loss: {running_loss / 2000:.3f}", flush=True)
                running_loss = 0.0


def accuracy(net: nn.Module, loader: DataLoader) -> float:
    correct = total = 0
    with torch.no_grad():
        for images, labels in loader:
            predicted = net(images).argmax(1)
            total += labels.size(0)
            correct += int((predicted == labels).sum())
    return correct / total


def per_class(net: nn.Module, loader: DataLoader, classes: list[str]) -> None:
    correct, total = [0] * len(classes), [0] * len(classes)
    with torch.no_grad():
        for images, labels in loader:
            for label, prediction in zip(labels, net(images).argmax(1), strict=True):
                correct[label] += int(label == prediction)
                total[label] += 1
    for name, right, count in zip(classes, correct, total, strict=True):
        print(f"Accuracy for class: {name:5s} is {100 * right / count:.1f} %")


if __name__ == "__main__":
    main()
