"""Networks and their optimizers on torch's meta device: made for real, of tensors without numbers."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch.optim import Optimizer

from cifar_pipe.checks.network import ShapedNetwork
from cifar_pipe.diagnostics.problem import below
from cifar_pipe.model.network import Network, build_on_meta
from cifar_pipe.pipeline.roles import Trains, trained_patterns
from cifar_pipe.training.optimization.optimizers import make_optimizer
from cifar_pipe.training.optimization.trainable import only_trained


@lru_cache(maxsize=4)
def on_meta(network: ShapedNetwork) -> Network:
    """The network itself, its tensors without numbers; not to be changed."""
    return build_on_meta(network.layers, network.input_shape)


def refused_in_training(network: ShapedNetwork) -> str | None:
    """Why the network in training does not take a batch of one image, as PyTorch says it."""
    with torch.device("meta"):
        image = torch.empty(1, *network.input_shape)
    try:
        on_meta(network).train()(image)
    except ValueError as error:
        return str(error).splitlines()[0]
    return None


def optimizer_on_meta(spec: Trains, network: ShapedNetwork) -> Optimizer:
    """The optimizer of a training of the network.

    Raises ProblemError, whose path begins at the training, for what PyTorch refuses.
    """
    made = on_meta(network)
    with only_trained(made, trained_patterns(spec)), below("optimizer"):
        return make_optimizer(spec.optimizer, made, device="meta")
