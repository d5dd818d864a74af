"""Measures a network on a split without changing it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.data.batches import Data
from cifar_pipe.errors import RunError
from cifar_pipe.model.network import Network
from cifar_pipe.training.evaluation.mean_loss import MeanLoss
from cifar_pipe.training.evaluation.metrics import Counts, accuracy, count
from cifar_pipe.training.targets import check_outputs
from cifar_pipe.training.threads import choose_threads, using


@dataclass(frozen=True)
class Evaluation:
    """`loss` is the mean over all images, None where none was asked for.

    `counts` is None where the labels are numbers and not classes.
    """

    split: str
    images: int
    loss: float | None
    counts: Counts | None

    @property
    def accuracy(self) -> float | None:
        return accuracy(self.counts) if self.counts is not None else None


def evaluate(
    network: Network,
    data: Data,
    split: str,
    *,
    batch_size: int,
    loss: Component | None = None,
    device: str = "cpu",
    threads: int | None = None,
    check_signal: Callable[[], None] = lambda: None,
) -> Evaluation:
    """Measures in evaluation mode, and sets every module's mode back.

    `threads` is how many to use, where that is fixed.
    Raises RunError where the network's outputs do not fit the data or are not finite.
    """
    check_outputs(network, data)
    mean_loss = MeanLoss(loss, device=device) if loss is not None else None
    tally = _Tally(data, mean_loss, device=device)
    how = choose_threads(network.rows, batch_size, device=device, fixed=threads)
    with using(how), evaluating(network), torch.inference_mode():
        for images, labels in data.batches(split, batch_size=batch_size, device=device):
            check_signal()
            tally.add(network(images), labels)
    return tally.done(split)


@contextmanager
def evaluating(network: nn.Module) -> Iterator[None]:
    """Evaluation mode for all modules; each gets its own mode back."""
    modes = [(module, module.training) for module in network.modules()]
    network.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


class _Tally:
    """Sums on the device; they are read once, at the end."""

    def __init__(self, data: Data, loss: MeanLoss | None, *, device: str) -> None:
        self._data = data
        self._loss = loss
        classes = data.num_classes or 0
        self._confusion = torch.zeros(classes, classes, dtype=torch.int64, device=device)
        self._ranks = torch.zeros(classes, dtype=torch.int64, device=device)
        self._broken: list[Tensor] = []
        self._images = 0

    def add(self, outputs: Tensor, labels: Tensor) -> None:
        self._images += len(outputs)
        self._broken.append(outputs.isnan().any())
        if self._loss is not None:
            self._loss.add(outputs, labels)
        if self._data.num_classes:
            confusion, ranks = count(outputs, labels)
            self._confusion += confusion
            self._ranks += ranks

    def done(self, split: str) -> Evaluation:
        if not self._images:
            raise RunError(f"the split {split} has no images")
        loss = self._loss.value() if self._loss is not None else None
        broken = any(one.item() for one in self._broken)
        if broken or not math.isfinite(loss or 0.0):
            what = "the network gives NaN" if broken else f"the loss is {loss}"
            raise RunError(
                f"{what} on the {split} images",
                help="its weights have grown too large: train again with a smaller learning rate",
            )
        counts = Counts(self._confusion.cpu(), self._ranks.cpu(), tuple(self._data.classes))
        return Evaluation(
            split,
            self._images,
            loss,
            counts if self._data.num_classes else None,
        )
