"""Targets in the form that a loss takes, made from the labels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from cifar_pipe.catalog.build import build
from cifar_pipe.catalog.component import Component
from cifar_pipe.errors import RunError

# (outputs [N, classes], labels) -> the loss, a scalar
Criterion = Callable[[Tensor, Tensor], Tensor]


def criterion(loss: Component, *, device: str) -> Criterion:
    """The loss as a function of the network's outputs and the data's labels.

    Class-index losses take the labels int64 `[N]` as they are. For one-hot losses they become
    float `[N, classes]`. Labels that are numbers already (float) are viewed in the outputs' shape:
    PyTorch would broadcast [N] against [N, 1] to [N, N]. Raises RunError for values that PyTorch
    refuses.
    """
    try:
        module: nn.Module = build(loss).to(device)
    except (ValueError, TypeError) as error:
        raise RunError(f"{loss.name}: {error}") from error
    if loss.entry.traits["target"] == "class index":
        return module
    return _one_hot(module)


def _one_hot(module: nn.Module) -> Criterion:
    def measured(outputs: Tensor, labels: Tensor) -> Tensor:
        loss: Tensor = module(outputs, targets_like(outputs, labels))
        return loss

    return measured


def targets_like(outputs: Tensor, labels: Tensor) -> Tensor:
    """Float targets of the outputs' shape: one-hot of class labels, numbers as they are."""
    if labels.is_floating_point():
        return labels.view_as(outputs)
    return F.one_hot(labels, outputs.shape[1]).to(outputs.dtype).view_as(outputs)


def check_outputs(network: Any, data: Any) -> None:
    """Raises RunError where the network's outputs cannot be the classes of this data."""
    classes, shape = data.num_classes, network.rows[-1].output_shape
    if classes is not None and shape != (classes,):
        gives = f"{shape[0]} outputs" if len(shape) == 1 else f"[N, {', '.join(map(str, shape))}]"
        raise RunError(
            f"the network gives {gives}, the data has {classes} classes",
            help="the last layer must give one number a class",
        )
