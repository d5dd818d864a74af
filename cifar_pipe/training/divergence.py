"""A loss that is NaN or infinite, and what is known of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.errors import Diverged
from cifar_pipe.model.network import Network
from cifar_pipe.training.optimization import rates
from cifar_pipe.training.targets import has_no_weight


class NotFinite(Exception):  # noqa: N818
    """The loss is NaN or infinite, and has changed no weight; or one of the last `steps` losses is,
    where they are read in groups: on a GPU, where each reading would wait.
    """

    def __init__(self, loss: float, *, steps: int | None = None) -> None:
        super().__init__(loss)
        self.loss = loss
        self.steps = steps


@dataclass(frozen=True, slots=True)
class Position:
    """Where a training is, and with which learning rate; `step` and `epoch` are 1-based. `usual` is
    a learning rate that is known to work.
    """

    stage: str
    step: int
    epoch: int
    lr: float
    usual: float = rates.USUAL

    def diverged(self, error: NotFinite, cause: str | None, help_: str | None = None) -> Diverged:
        """The error that ends the training; `cause` is in words, and `help_` what mends it."""
        if error.steps is None:
            what = f"is {'NaN' if math.isnan(error.loss) else 'infinite'} at step {self.step}"
        else:
            first = self.step - error.steps + 1
            several = error.steps > 1
            at = f"between steps {first} and {self.step}" if several else f"at step {self.step}"
            what = f"became NaN or infinite {at}"
        where = f"(epoch {self.epoch}), with learning rate {self.lr:g}"
        cure = f"{self.stage}.optimizer.lr={rates.smaller(self.lr, self.usual):g}"
        return Diverged(
            f"the loss {what} {where}{f'; {cause}' if cause else ''}",
            help=help_ or f"try a smaller learning rate: -S {cure}",
            overrides=() if help_ else (cure,),
        )


def explained(
    error: NotFinite,
    position: Position,
    network: Network,
    loss: Component,
    batches: Sequence[tuple[Tensor, Tensor]],
) -> Diverged:
    """The error with its cause, as far as the step's batches show it."""
    if error.steps is not None:
        return position.diverged(error, None)
    if all(has_no_weight(loss, labels) for _, labels in batches):
        none_counts = "no image of a step counts: the weight of their classes is 0"
        help_ = "a larger batch_size, or reduction: sum"
        return position.diverged(error, none_counts, help_)
    causes = (first_not_finite(network, images) for images, _ in batches)
    return position.diverged(error, next(filter(None, causes), None))


def first_not_finite(network: Network, images: Tensor) -> str | None:
    """Which layer is the first to give NaN or infinite values on this batch, in words."""
    if not _finite(images):
        return "the images themselves are not finite"
    found: list[str] = []
    names = {module: name for name, module in network.named_children()}

    def look(module: nn.Module, _: object, output: Tensor) -> None:
        if not found and module in names and not _finite(output):
            found.append(names[module])

    dtype = next((one.dtype for one in network.parameters()), images.dtype)
    with register_module_forward_hook(look), torch.no_grad():
        network(images.to(dtype))
    return f"the first layer whose output is not finite is {found[0]}" if found else None


def _finite(tensor: Tensor) -> bool:
    return bool(tensor.isfinite().all())
