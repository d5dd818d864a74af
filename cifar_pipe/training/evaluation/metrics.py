"""How good predictions are, from counts alone. The metric table names these functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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


PerClass = dict[str, float | None]
Average = Literal["macro", "micro", "weighted", "none"]


def precision(counts: Counts, *, average: Average = "macro") -> float | PerClass:
    """Of what is taken for a class, the share that is of it: tp / (tp + fp)."""
    return _averaged(counts, counts.confusion.sum(0).double(), average)


def recall(counts: Counts, *, average: Average = "macro") -> float | PerClass:
    """Of the images of a class, the share that is taken for it: tp / (tp + fn)."""
    return _averaged(counts, counts.confusion.sum(1).double(), average)


def f1(counts: Counts, *, average: Average = "macro") -> float | PerClass:
    """Harmonic mean of precision and recall, tp / (tp + (fp + fn) / 2)."""
    both = counts.confusion.sum(0) + counts.confusion.sum(1)
    return _averaged(counts, both.double() / 2, average)


def _averaged(counts: Counts, of: Tensor, average: Average) -> float | PerClass:
    """The right images of each class over `of`, averaged; 0 for a class with 0 / 0 that occurs or is
    predicted. One that does neither has no value and does not count: so scikit-learn has it.

    macro: the mean over the classes; weighted: by their images; micro: of all images together.
    """
    right, images = counts.confusion.diagonal().double(), counts.confusion.sum(1).double()
    seen = (counts.confusion.sum(0) + counts.confusion.sum(1)) > 0
    values = torch.where(of > 0, right / of, 0.0)
    match average:
        case "macro":
            return float(values[seen].mean())
        case "micro":
            return float(right.sum() / of.sum())
        case "weighted":
            return float((values * images).sum() / images.sum())
        case "none":
            shown = zip(counts.classes, values.tolist(), seen.tolist(), strict=True)
            return {name: value if known else None for name, value, known in shown}


def balanced_accuracy(counts: Counts) -> float:
    """The mean of the classes' accuracies, of those that have images."""
    images = counts.confusion.sum(1)
    there = images > 0
    return float((counts.confusion.diagonal()[there] / images[there].double()).mean())


def cohen_kappa(counts: Counts) -> float | None:
    """How far the accuracy is above that of chance with the same frequencies: 1 is all right, 0 is
    chance. (p - p_e) / (1 - p_e), Cohen 1960; None where one class is all there is: 0 / 0.
    """
    shares = counts.confusion.double() / counts.images
    by_chance = float((shares.sum(0) * shares.sum(1)).sum())
    return (accuracy(counts) - by_chance) / (1 - by_chance) if by_chance < 1 else None


def matthews_corrcoef(counts: Counts) -> float:
    """Correlation of true and predicted classes, -1 to 1 (Gorodkin 2004); 0 where one of the two is
    always the same class.
    """
    matrix = counts.confusion.double()
    true, predicted = matrix.sum(1), matrix.sum(0)
    total = matrix.sum()
    covariance = matrix.diagonal().sum() * total - (true * predicted).sum()
    spread = (total**2 - (true**2).sum()) * (total**2 - (predicted**2).sum())
    return float(covariance / spread.sqrt()) if spread > 0 else 0.0
