"""One forward and backward pass through a network, to look at what it does."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from cifar_pipe.context import Context
from cifar_pipe.errors import RunError
from cifar_pipe.training.precision import laid_out, outputs_of, weights_format

# From the output to the tensor whose gradients are taken, and the gradient that it is given.
Backward = Callable[[Tensor], tuple[Tensor, Tensor | None]]


@dataclass(frozen=True)
class Inspection:
    """`gradients` are those of all parameters by name, None where one got none; `loss` is None where
    the backward pass began at the output itself. `operations` are autograd's names of the steps back,
    from the last to the first.
    """

    images: Tensor
    output: Tensor
    loss: float | None
    operations: list[str]
    gradients: dict[str, Tensor | None]


def inspect(network: nn.Module, images: Tensor, backward: Backward, context: Context) -> Inspection:
    """Runs a copy of the network on `images`; the network itself keeps its gradients and its
    running means. It computes in the context's precision, and the loss is of float32.

    Raises RunError where it cannot be run, or has nothing to take a gradient.
    """
    network = copy.deepcopy(network).to(context.device, weights_format(context.precision))
    laid_out(network, context.memory_format)
    network.zero_grad()
    if not any(one.requires_grad for one in network.parameters()):
        raise RunError(
            "the network has no parameters that take a gradient",
            help="add a layer that has some: Linear",
        )
    try:
        output = outputs_of(network, images, context)
    except ValueError as error:
        # Batch normalisation of a single value.
        raise RunError(
            f"the network does not take {len(images)} images in training: {error}",
            help="a batch_size of 2 or more",
        ) from error
    started, gradient = backward(output)
    operations = _operations(started)
    started.backward(gradient)  # type: ignore[no-untyped-call]
    gradients = {name: one.grad for name, one in network.named_parameters()}
    loss = None if started is output else started.item()
    return Inspection(images, output, loss, operations, gradients)


def _operations(tensor: Tensor) -> list[str]:
    """The main line of the graph: at each step the first operand that was computed itself."""
    given = ("AccumulateGrad", "TBackward0")
    names: list[str] = []
    node: Any = tensor.grad_fn
    while node is not None:
        names.append(node.name())
        operands = [one for one, _ in node.next_functions if one is not None]
        node = next((one for one in operands if not one.name().endswith(given)), None)
    return names


def norm(gradient: Tensor | None) -> float | None:
    """The Euclidean norm, None where there is no gradient or it is not finite."""
    if gradient is None:
        return None
    value = torch.linalg.vector_norm(gradient.detach().float()).item()
    return value if value < float("inf") else None
