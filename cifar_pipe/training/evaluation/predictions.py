"""What a network takes a few images of a split for."""

from __future__ import annotations

from collections.abc import Sequence
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
    """Of n images: their places in the split, what they are and what they are taken for, by name, the
    `probabilities` of all classes float32 [n, classes] on the CPU, and the images for people, uint8
    [n, 3, H, W].

    All of it is a copy: whatever is done to it, the network and the data stay as they are.
    """

    indices: tuple[int, ...]
    labels: tuple[str, ...]
    predicted: tuple[str, ...]
    probabilities: Tensor
    pictures: Tensor

    def rows(self) -> list[dict[str, Any]]:
        """One mapping for each image: index, label, predicted, probability."""
        shares = self.probabilities.amax(1).tolist()
        return [
            {"index": index, "label": label, "predicted": guess, "probability": share}
            for index, label, guess, share in zip(
                self.indices, self.labels, self.predicted, shares, strict=True
            )
        ]


def predict(
    network: Network, data: Data, split: str, indices: Sequence[int], context: Context
) -> Predictions:
    """Of the images of the split at `indices`.

    Raises RunError where the network gives numbers that are not finite.
    """
    images = data.images(split, indices, device=context.device)
    labels = data.splits[split].labels[list(indices)]
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
        indices=tuple(indices),
        labels=tuple(data.classes[label] for label in labels.tolist()),
        predicted=tuple(data.classes[label] for label in probabilities.argmax(1).tolist()),
        probabilities=probabilities,
        pictures=data.pictures(split, indices).clone(),
    )
