"""How good predictions are, from counts alone. The metric table names these functions."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Counts:
    """`confusion` is int64 `[classes, classes]`, rows the true and columns the predicted class.

    `ranks` is int64 `[classes]`: how often the true class had the highest score, the second
    highest, and so on.
    """

    confusion: Tensor
    ranks: Tensor
    classes: tuple[str, ...]

    @property
    def images(self) -> int:
        return int(self.confusion.sum())


def count(outputs: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """The confusion matrix and the ranks of one batch: outputs `[N, classes]`, labels int64 `[N]`.

    Among equal scores the first class goes first.
    """
    classes = outputs.shape[1]
    predicted = outputs.argmax(1)
    confusion = torch.bincount(labels * classes + predicted, minlength=classes * classes)
    own = outputs.gather(1, labels[:, None])
    earlier = torch.arange(classes, device=outputs.device) < labels[:, None]
    ahead = ((outputs > own) | ((outputs == own) & earlier)).sum(1)
    return confusion.view(classes, classes), torch.bincount(ahead, minlength=classes)


def accuracy(counts: Counts) -> float:
    """Share of all images whose class is predicted right."""
    return int(counts.confusion.diagonal().sum()) / counts.images


def per_class_accuracy(counts: Counts) -> dict[str, float | None]:
    """The same for the images of each class; None for a class without images."""
    right, all_of = counts.confusion.diagonal().tolist(), counts.confusion.sum(1).tolist()
    return {
        name: one / total if total else None
        for name, one, total in zip(counts.classes, right, all_of, strict=True)
    }


def confusion_matrix(counts: Counts) -> list[list[int]]:
    """Rows are the true classes, columns the predicted ones."""
    return counts.confusion.tolist()


def top_k_accuracy(counts: Counts, *, k: int = 5) -> float:
    """Share of the images whose class is among the k with the highest scores."""
    return int(counts.ranks[:k].sum()) / counts.images


def f1(counts: Counts) -> float:
    """Harmonic mean of precision and recall, 2 tp / (2 tp + fp + fn), averaged over the classes.

    A class that neither occurs nor is predicted has none, 0 / 0, and does not count: so do
    scikit-learn and torchmetrics.
    """
    right = counts.confusion.diagonal().double()
    both = counts.confusion.sum(0) + counts.confusion.sum(1)
    seen = both > 0
    return float((2 * right[seen] / both[seen]).mean())
