"""The accuracy of a network with and without the images that leaked from the split it was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data
from cifar_pipe.model.network import Network
from cifar_pipe.training.evaluation.evaluate import evaluating
from cifar_pipe.training.evaluation.intervals import interval
from cifar_pipe.training.precision import outputs_of, placed
from cifar_pipe.training.targets import check_outputs

_BATCH = 1000


def accuracy_without(
    network: Network, data: Data, split: str, leaked: Sequence[int], context: Context
) -> dict[str, Any]:
    """Of all images of the split and of those that are not among `leaked`, their places in it.

    `{"split", "images", "accuracy", "accuracy_interval", "leaked": {…}, "without_leaks": {…}}`, the
    last two with the same three numbers of these images alone; None where there are none.

    Raises RunError where the network's outputs do not fit the data.
    """
    check_outputs(network, data)
    placed_network, right = placed(network, context), []
    with evaluating(placed_network), torch.inference_mode():
        for images, labels in data.batches(split, batch_size=_BATCH, device=context.device):
            context.check_signal()
            outputs = outputs_of(placed_network, images, context)
            right.append((outputs.argmax(1) == labels).cpu())
    every = torch.cat(right)
    out = torch.zeros(len(every), dtype=torch.bool)
    out[torch.tensor(leaked, dtype=torch.int64)] = True
    return {
        "split": split,
        **(_share(every) or {}),
        "leaked": _share(every[out]),
        "without_leaks": _share(every[~out]),
    }


def accuracy_lines(found: dict[str, Any]) -> list[str]:
    """With and without the leaks, below each other."""
    split, leaked, rest = found["split"], found["leaked"], found["without_leaks"]
    lines = [f"accuracy on {split}: {_words(found)}"]
    if leaked is None:
        return [*lines, "no image of it is in an earlier split"]
    if rest is not None:
        lines.append(f"  without those that leaked: {_words(rest)}")
    return [*lines, f"  of those that leaked: {_words(leaked)}"]


def _share(right: Tensor) -> dict[str, Any] | None:
    if not len(right):
        return None
    share = int(right.sum()) / len(right)
    return {
        "images": len(right),
        "accuracy": share,
        "accuracy_interval": list(interval(share, len(right))),
    }


def _words(found: dict[str, Any]) -> str:
    low, high = found["accuracy_interval"]
    between = f"95 % interval {100 * low:.1f} to {100 * high:.1f} %"
    return f"{100 * found['accuracy']:.1f} % of {found['images']:,} images ({between})"
