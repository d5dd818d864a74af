"""LeNet on a folder of CIFAR-10 images, as users of other tools train it: peers of cifar-pipe.

    python benchmarks/lenet_peers.py loader data/cifar10-images --batch-size 128 --augment --epochs 3

| way | is |
|---|---|
| loader | the tutorial's loop: a DataLoader with two workers, which decode and augment with torchvision |
| resident | the best settings by hand: pixels decoded once and kept, whole batches augmented, one thread for small ones |
| lightning | Lightning's Trainer over the same DataLoader, without its bar, logger and checkpoints |
| fastai | fastai's Learner with its own loaders and batch transforms |
| keras | Keras 3 over the resident batches, on the backend that KERAS_BACKEND names (torch without it) |

Each crops with a padding of 4 and flips with --augment, and normalizes. The last line is JSON: accuracy on the
test images, seconds of the training without loading and evaluation, and how many images those were.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn, optim
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import ImageFolder
from tutorial_by_hand import Net

HALF = (0.5, 0.5, 0.5)


@dataclass(frozen=True)
class Options:
    root: Path
    batch_size: int
    epochs: int
    augment: bool
    lr: float
    seed: int


@dataclass(frozen=True)
class Result:
    accuracy: float
    train_seconds: float
    images: int


def sets(options: Options) -> tuple[ImageFolder, ImageFolder]:
    after = [transforms.ToTensor(), transforms.Normalize(HALF, HALF)]
    crops = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()]
    train = transforms.Compose([*(crops if options.augment else ()), *after])
    test = transforms.Compose(after)
    return (
        ImageFolder(str(options.root / "train"), transform=train),
        ImageFolder(str(options.root / "test"), transform=test),
    )


def loaders(options: Options) -> tuple[DataLoader[Any], DataLoader[Any]]:
    train, test = sets(options)
    size = options.batch_size
    return (
        DataLoader(train, size, shuffle=True, num_workers=2),
        DataLoader(test, max(size, 4), num_workers=2),
    )


def pixels(folder: ImageFolder) -> tuple[Tensor, Tensor]:
    """uint8 `[N, 3, 32, 32]` and labels `[N]`."""
    folder.transform = transforms.PILToTensor()
    images = [image for image, _ in folder]
    return torch.stack(images), torch.tensor(folder.targets)


def prepared(images: Tensor) -> Tensor:
    return (images.float() / 255 - 0.5) / 0.5


def augmented(images: Tensor) -> Tensor:
    """Cropped with a padding of 4 and flipped, each image by its own draws."""
    count = len(images)
    padded = F.pad(images, (4, 4, 4, 4))
    rows = torch.randint(0, 9, (count, 1, 1, 1)) + torch.arange(32).view(1, 1, 32, 1)
    columns = torch.randint(0, 9, (count, 1, 1, 1)) + torch.arange(32).view(1, 1, 1, 32)
    flipped = torch.rand(count, 1, 1, 1) < 0.5
    columns = torch.where(flipped, columns.flip(3), columns)
    at = torch.arange(count).view(-1, 1, 1, 1)
    channels = torch.arange(3).view(1, 3, 1, 1)
    return padded[at, channels, rows, columns]


def correct_of(net: nn.Module, batches: Iterator[tuple[Tensor, Tensor]] | DataLoader[Any]) -> int:
    with torch.no_grad():
        return sum(int((net(images).argmax(1) == labels).sum()) for images, labels in batches)


def by_loader(options: Options) -> Result:
    train, test = loaders(options)
    net, criterion = Net(), nn.CrossEntropyLoss()
    optimizer = optim.SGD(net.parameters(), lr=options.lr, momentum=0.9)
    began = time.perf_counter()
    for _ in range(options.epochs):
        running = 0.0
        for images, labels in train:
            optimizer.zero_grad()
            loss = criterion(net(images), labels)
            loss.backward()
            optimizer.step()
            running += loss.item()
    seconds = time.perf_counter() - began
    count = len(test.dataset)  # type: ignore[arg-type]
    return Result(correct_of(net, test) / count, seconds, options.epochs * len(train.dataset))


def by_resident(options: Options) -> Result:
    train, test = map(pixels, sets(options))
    if options.batch_size <= 32:
        # A step is too small for two threads.
        torch.set_num_threads(1)
    net = Net()
    optimizer = optim.SGD(net.parameters(), lr=options.lr, momentum=0.9, fused=True)
    images, labels = train
    began = time.perf_counter()
    for _ in range(options.epochs):
        order = torch.randperm(len(images))
        # Several batches are gathered and augmented at once.
        for block in torch.split(order, max(1, 256 // options.batch_size) * options.batch_size):
            chosen = images[block]
            ready = prepared(augmented(chosen) if options.augment else chosen)
            targets = labels[block]
            size = options.batch_size
            for x, y in zip(ready.split(size), targets.split(size), strict=True):
                optimizer.zero_grad()
                loss = F.cross_entropy(net(x), y)
                loss.backward()
                optimizer.step()
    seconds = time.perf_counter() - began
    torch.set_num_threads(os.cpu_count() or 1)
    batches = zip(test[0].split(1000), test[1].split(1000), strict=True)
    right = correct_of(net, ((prepared(x), y) for x, y in batches))
    return Result(right / len(test[0]), seconds, options.epochs * len(images))


def by_lightning(options: Options) -> Result:
    import lightning
    from lightning.pytorch.callbacks import Timer

    class Module(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.net = Net()

        def training_step(self, batch: tuple[Tensor, Tensor], _: int) -> Tensor:
            return F.cross_entropy(self.net(batch[0]), batch[1])

        def configure_optimizers(self) -> optim.Optimizer:
            return optim.SGD(self.net.parameters(), lr=options.lr, momentum=0.9)

    train, test = loaders(options)
    module, timer = Module(), Timer()
    trainer = lightning.Trainer(
        max_epochs=options.epochs,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        callbacks=[timer],
    )
    trainer.fit(module, train)
    right = correct_of(module.net.eval(), test)
    count = len(test.dataset)  # type: ignore[arg-type]
    return Result(right / count, timer.time_elapsed("train"), options.epochs * len(train.dataset))


def by_fastai(options: Options) -> Result:
    from fastai.vision import all as fastai

    flips = [fastai.RandomCrop(32)] if options.augment else []
    batch = [fastai.Normalize.from_stats(HALF, HALF)]
    if options.augment:
        batch.insert(0, fastai.Flip())
    data = fastai.ImageDataLoaders.from_folder(
        options.root,
        train="train",
        valid="test",
        item_tfms=[*([fastai.CropPad(40)] if options.augment else []), *flips],
        batch_tfms=batch,
        bs=options.batch_size,
        num_workers=2,
    )
    learner = fastai.Learner(
        data,
        Net(),
        loss_func=nn.CrossEntropyLoss(),
        opt_func=fastai.partial(fastai.OptimWrapper, opt=optim.SGD, momentum=0.9),
        lr=options.lr,
        metrics=fastai.accuracy,
    )
    seconds = 0.0
    with learner.no_bar(), learner.no_logging():
        for _ in range(options.epochs):
            began = time.perf_counter()
            learner.fit(1)
            fitted = time.perf_counter() - began
            # It measures the test images after each epoch.
            began = time.perf_counter()
            _, accuracy = learner.validate()
            seconds += fitted - (time.perf_counter() - began)
    return Result(float(accuracy), seconds, options.epochs * len(data.train_ds))


def by_keras(options: Options) -> Result:
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras

    (images, labels), test = map(pixels, sets(options))
    layers = keras.layers
    # A crop with a padding of 4, without its whole pixels.
    moved = layers.RandomTranslation(4 / 32, 4 / 32, fill_mode="constant")
    crops = [moved, layers.RandomFlip("horizontal")]
    net = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            *(crops if options.augment else ()),
            layers.Rescaling(1 / 127.5, offset=-1),
            layers.Conv2D(6, 5, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(16, 5, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(120, activation="relu"),
            layers.Dense(84, activation="relu"),
            layers.Dense(10),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    sgd = keras.optimizers.SGD(options.lr, momentum=0.9)
    net.compile(sgd, loss, metrics=["accuracy"])
    x, y = images.permute(0, 2, 3, 1).numpy(), labels.numpy()
    began = time.perf_counter()
    net.fit(x, y, batch_size=options.batch_size, epochs=options.epochs, verbose=0)
    seconds = time.perf_counter() - began
    _, accuracy = net.evaluate(test[0].permute(0, 2, 3, 1).numpy(), test[1].numpy(), verbose=0)
    return Result(float(accuracy), seconds, options.epochs * len(images))


WAYS: dict[str, Callable[[Options], Result]] = {
    "loader": by_loader,
    "resident": by_resident,
    "lightning": by_lightning,
    "fastai": by_fastai,
    "keras": by_keras,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("root", type=Path)
    parser.add_argument("--batch-size", type=int, default=4)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--augment", action="store_true")
    parser.add_argument("--lr", type=float, default=0.001)
    parser.add_argument("--seed", type=int, default=0)
    given = vars(parser.parse_args())
    way = WAYS[given.pop("way")]
    options = Options(**given)
    torch.manual_seed(options.seed)
    print(json.dumps(way(options).__dict__))


if __name__ == "__main__":
    main()
