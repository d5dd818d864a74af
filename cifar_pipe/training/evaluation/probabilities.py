"""How good probabilities are, and the scores that they rank by. The metric table names these functions.

A metric is None where it is not defined for any class.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from cifar_pipe.errors import RunError

PerClass = dict[str, float | None]
Average = Literal["macro", "weighted", "none"]

# At once in float64, of which all outputs together would take twice what they take as they are.
_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Probabilities:
    """Of n images and all classes.

    `outputs` are the network's, float32 `[n, classes]`, `labels` int64 `[n]`, both on the CPU. The
    probability of a class is exp(output - log_sum), softmax in float64: in float32 those near 1
    would be equal, and tie in a ranking. `log_sums` is float64 `[n]`, or None where the outputs are
    probabilities.
    """

    outputs: Tensor
    labels: Tensor
    classes: tuple[str, ...]
    log_sums: Tensor | None

    @classmethod
    def of(
        cls, outputs: Tensor, labels: Tensor, classes: tuple[str, ...], *, are_probabilities: bool
    ) -> Probabilities:
        """Of outputs that are probabilities, or else logits or log-probabilities.

        Raises RunError where they are infinite.
        """
        sums = None
        if not are_probabilities:
            sums = torch.cat([rows.double().logsumexp(1) for rows in torch.split(outputs, _ROWS)])
            if not sums.isfinite().all():
                help_ = "its weights have grown too large: train again with a smaller learning rate"
                raise RunError("the network gives infinite values", help=help_)
        return cls(outputs, labels, classes, sums)

    def of_outputs(self, outputs: Tensor) -> Tensor:
        """The probabilities, float64 `[n]`, that one output of each image stands for."""
        values = outputs.double()
        return values if self.log_sums is None else (values - self.log_sums).exp()

    def of_class(self, index: int) -> Tensor:
        """The class's probability for each image, float64 `[n]`."""
        return self.of_outputs(self.outputs[:, index])


def auroc(given: Probabilities, *, average: Average = "macro") -> float | PerClass | None:
    """Area under the ROC curve of each class against all others: how probable it is that an image of
    the class has a higher probability of it than another image. Ties count half (Mann, Whitney 1947).
    """
    return _averaged(given, _area, average)


def average_precision(
    given: Probabilities, *, average: Average = "macro"
) -> float | PerClass | None:
    """The sum of (R_i - R_{i-1}) P_i over the thresholds, of each class against all others, where
    R_i and P_i are recall and precision of all images at or above the i-th threshold.
    """
    return _averaged(given, _precision_at_each_step, average)


def brier_score(given: Probabilities, *, scale_by_half: bool | Literal["auto"] = "auto") -> float:
    """The mean over the images of sum_c (p_c - y_c)^2 (Brier 1950), from 0 to 2; half of that where
    `scale_by_half`, which `auto` is with two classes.
    """
    squares = torch.zeros(len(given.labels), dtype=torch.float64)
    for index in range(len(given.classes)):
        squares += (given.of_class(index) - (given.labels == index).double()).square()
    half = len(given.classes) == 2 if scale_by_half == "auto" else scale_by_half
    return float(squares.mean()) / (2 if half else 1)


def log_loss(given: Probabilities) -> float:
    """The mean of -log p of the right classes; as scikit-learn has it, no p counts as less than 2e-16."""
    own = given.of_outputs(given.outputs.gather(1, given.labels[:, None])[:, 0])
    return float(-own.clamp(min=torch.finfo(torch.float64).eps).log().mean())


def calibration_error(
    given: Probabilities, *, n_bins: int = 15, norm: Literal["l1", "l2", "max"] = "l1"
) -> float:
    """How far accuracy and confidence, the probability of the predicted class, are from each other.

    Images are put into `n_bins` equal intervals (low, high] of confidence. `l1` is the mean of the
    intervals' distances by their images, the expected calibration error of Guo et al. 2017; `l2`
    the root of the mean of their squares, and `max` the largest.
    """
    highest, predicted = given.outputs.max(1)
    confidence, right = given.of_outputs(highest), (predicted == given.labels).double()
    edges = torch.linspace(0, 1, n_bins + 1, dtype=torch.float64)
    bins = (torch.bucketize(confidence, edges) - 1).clamp(0, n_bins - 1)
    images = torch.bincount(bins, minlength=n_bins)
    sums = torch.bincount(bins, right - confidence, minlength=n_bins)
    distances = (sums / images.clamp(min=1)).abs()
    shares = images / len(confidence)
    match norm:
        case "l1":
            return float((shares * distances).sum())
        case "l2":
            return float((shares * distances.square()).sum().sqrt())
        case "max":
            return float(distances.max())


def _averaged(
    given: Probabilities, measure: Callable[[Tensor, Tensor], float], average: Average
) -> float | PerClass | None:
    """Over the classes that some images have, and others have not: else a class has no value.

    `measure` takes how many images of the class, and how many in all, have each probability of it,
    float64, from the lowest to the highest.
    """
    images = torch.bincount(given.labels, minlength=len(given.classes)).tolist()
    values: PerClass = {}
    for index, name in enumerate(given.classes):
        if not 0 < images[index] < len(given.labels):
            values[name] = None
            continue
        ones = given.of_class(index)
        _, places, all_of = torch.unique(ones, return_inverse=True, return_counts=True)
        own = torch.bincount(places[given.labels == index], minlength=len(all_of))
        values[name] = measure(own.double(), all_of.double())
    if average == "none":
        return values
    weights = [1] * len(images) if average == "macro" else images
    known = [
        (value, by) for value, by in zip(values.values(), weights, strict=True) if value is not None
    ]
    return sum(value * by for value, by in known) / sum(by for _, by in known) if known else None


def _area(own: Tensor, all_of: Tensor) -> float:
    others = all_of - own
    below = others.cumsum(0) - others
    return float((own * (below + others / 2)).sum() / (own.sum() * others.sum()))


def _precision_at_each_step(own: Tensor, all_of: Tensor) -> float:
    own, all_of = own.flip(0), all_of.flip(0)
    return float((own / own.sum() * own.cumsum(0) / all_of.cumsum(0)).sum())
