"""What a network takes the first images of a split for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data
from cifar_pipe.errors import RunError
from cifar_pipe.model.network import Network
from cifar_pipe.model.value_ranges import gives_probabilities
from cifar_pipe.training.evaluation.evaluate import evaluating
from cifar_pipe.training.precision import outputs_of, placed


@dataclass(frozen=True, slots=True)
class Predictions:
    """Of n images: what they are and what they are taken for, by name, the `probabilities` of all
    classes float32 [n, classes] on the CPU, and the images for people, uint8 [n, 3, H, W].

    All of it is a copy: whatever is done to it, the network and the data stay as they are.
    """

    labels: tuple[str, ...]
    predicted: tuple[str, ...]
    probabilities: Tensor
    pictures: Tensor

    def rows(self) -> list[dict[str, Any]]:
        """One mapping for each image: index, label, predicted, probability."""
        shares = self.probabilities.amax(1).tolist()
        return [
            {"index": index, "label": label, "predicted": guess, "probability": share}
            for index, (label, guess, share) in enumerate(
                zip(self.labels, self.predicted, shares, strict=True)
            )
        ]


def predict(network: Network, data: Data, split: str, count: int, context: Context) -> Predictions:
    """The first `count` images of the split, or all of them if it has fewer.

    Raises RunError where the network gives numbers that are not finite.
    """
    count = min(count, data.count(split))
    images, labels = next(data.batches(split, batch_size=count, device=context.device))
    network = placed(network, context)
    with evaluating(network), torch.no_grad():
        outputs = outputs_of(network, images, context)
    if not outputs.isfinite().all():
        help_ = "its weights have grown too large: train again with a smaller learning rate"
        raise RunError("the network gives NaN or infinite values", help=help_)
    # Softmax of log-probabilities gives the probabilities back; probabilities stay as they are.
    probabilities = outputs if gives_probabilities(network.layers) else outputs.softmax(1)
    probabilities = probabilities.detach().cpu().clone()
    return Predictions(
        labels=tuple(data.classes[label] for label in labels.tolist()),
        predicted=tuple(data.classes[label] for label in probabilities.argmax(1).tolist()),
        probabilities=probabilities,
        pictures=data.pictures(split, range(count)).clone(),
    )
