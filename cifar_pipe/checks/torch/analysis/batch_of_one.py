"""Whether a network in training takes a batch of one image."""

from __future__ import annotations

import torch

from cifar_pipe.checks.network import ShapedNetwork
from cifar_pipe.checks.torch.analysis.shapes import on_meta
from cifar_pipe.diagnostics.problem import Problem


def batch_of_one(what: str, network: ShapedNetwork, *, help_: str) -> Problem | None:
    """A problem at `batch_size` where the network in training does not take one image.

    Batch normalization then has no more than one value per channel.
    """
    with torch.device("meta"):
        image = torch.empty(1, *network.input_shape)
    try:
        on_meta(network).train()(image)
    except ValueError as error:
        message = f"{what} has 1 image, which the network does not take in training"
        return Problem(message, ("batch_size",), "shape", help_, (str(error).splitlines()[0],))
    return None
