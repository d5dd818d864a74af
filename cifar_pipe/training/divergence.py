"""Says what is known of a loss that is NaN or infinite."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from cifar_pipe.errors import Diverged
from cifar_pipe.model.network import Network


def diverged(
    loss: float, *, step: int, epoch: int, lr: float, stage: str, where: str | None = None
) -> Diverged:
    """The error for a loss that was noticed before it changed a weight; counts are 1-based."""
    cause = f"; {where}" if where else ""
    return Diverged(
        f"the loss is {_word(loss)} at step {step} (epoch {epoch}), with learning rate {lr:g}{cause}",
        help=_advice(stage, lr),
    )


def diverged_between(first: int, last: int, *, epoch: int, lr: float, stage: str) -> Diverged:
    """The same where losses are read in groups: on a GPU, where each reading would wait."""
    return Diverged(
        f"the loss became NaN or infinite between steps {first} and {last} (epoch {epoch}), "
        f"with learning rate {lr:g}",
        help=_advice(stage, lr),
    )


def _word(loss: float) -> str:
    return "NaN" if math.isnan(loss) else "infinite"


def _advice(stage: str, lr: float) -> str:
    return f"try a smaller learning rate: -S {stage}.optimizer.lr={lr / 10:g}"


def first_not_finite(network: Network, images: Tensor) -> str | None:
    """Which layer is the first to give NaN or infinite values on this batch, in words."""
    if not _finite(images):
        return "the images themselves are not finite"
    found: list[str] = []
    names = {module: name for name, module in network.named_children()}

    def look(module: nn.Module, _: object, output: Tensor) -> None:
        if not found and not _finite(output):
            found.append(names[module])

    handles = [module.register_forward_hook(look) for module in names]
    try:
        with torch.no_grad():
            network(images)
    finally:
        for handle in handles:
            handle.remove()
    return f"the first layer whose output is not finite is {found[0]}" if found else None


def _finite(tensor: Tensor) -> bool:
    return bool(tensor.isfinite().all())
