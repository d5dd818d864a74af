"""Averages of the weights, by torch.optim.swa_utils.

https://docs.pytorch.org/docs/stable/optim.html#weight-averaging-swa-and-ema
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Literal, cast

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.swa_utils import SWALR, AveragedModel, get_ema_multi_avg_fn, update_bn

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.torch.build import build
from cifar_pipe.data.batches import Data, Epoch
from cifar_pipe.model.network import Network
from cifar_pipe.training.optimization.schedules import state_of, step


class Averaging(ABC):
    """Of one training: it takes over the weights as they change, and gives their average."""

    def __init__(self, averaged: AveragedModel, network: Network) -> None:
        # The average is of float32 whatever the weights are: 0.999 of a bfloat16 is itself.
        averaged.module.float()
        self._averaged = averaged
        self._network = network
        half = any(one.dtype != torch.float32 for one in network.parameters())
        self._weights = copy.deepcopy(network).float() if half else network

    def after_step(self, step: int) -> None:
        """`step` is 1-based."""
        del step

    def after_epoch(self, epoch: int) -> None:
        """`epoch` is 1-based."""
        del epoch

    def sets_rate(self, epoch: int) -> bool:
        """Whether it, and not the scheduler, changes the learning rate in this epoch."""
        del epoch
        return False

    @property
    def evaluated(self) -> Network:
        """What is measured on the validation split while the training goes on."""
        return self._network

    def finish(self, data: Data, seed: int, device: str) -> None:
        """Gives the network the average. `data` is the training's, `seed` its context's."""
        del data, seed, device
        if self._count:
            self._network.load_state_dict(self._averaged.module.state_dict())

    def _add(self) -> None:
        """Takes the weights as they are now into the average."""
        if self._weights is not self._network:
            self._weights.load_state_dict(self._network.state_dict())
        self._averaged.update_parameters(self._weights)

    @property
    def _count(self) -> int:
        return int(self._averaged.n_averaged)

    def state_dict(self) -> dict[str, Any]:
        return {"averaged": self._averaged.state_dict()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self._averaged.load_state_dict(state["averaged"])

    @abstractmethod
    def in_words(self) -> str:
        """What the weights are at the end."""


class EMA(Averaging):
    """average = decay * average + (1 - decay) * weight after every `every`-th step."""

    def __init__(self, network: Network, decay: float = 0.999, every: int = 1) -> None:
        average = get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]
        averaged = AveragedModel(network, multi_avg_fn=average, use_buffers=True)
        super().__init__(averaged, network)
        self._decay, self._every = decay, every
        # AveragedModel asks its count, on the device, in each step, and looks each tensor up: 2 ms on a GPU.
        self._begun = False
        self._pairs = _pairs(averaged.module, self._weights)
        half = self._weights is not network
        self._changed = _pairs(self._weights, network) if half else []

    def after_step(self, step: int) -> None:
        if step % self._every == 0:
            self._add()

    @torch.no_grad()
    def _add(self) -> None:
        if not self._begun:
            super()._add()
            self._begun = True
            return
        for weights, its in self._changed:
            torch._foreach_copy_(weights, its)
        for averaged, its in self._pairs:
            if averaged[0].is_floating_point():
                torch._foreach_lerp_(averaged, its, 1 - self._decay)
            else:
                _average_in_a_row(averaged, its, self._decay)
        self._averaged.n_averaged += 1

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        super().load_state_dict(state)
        self._begun = self._count > 0

    @property
    def evaluated(self) -> Network:
        return cast("Network", self._averaged.module) if self._count else self._network

    def in_words(self) -> str:
        return f"the weights are a moving average (EMA, decay {self._decay:g})"


Tensors = tuple[list[Tensor], list[Tensor]]


def _pairs(ours: nn.Module, theirs: nn.Module) -> list[Tensors]:
    """The parameters and buffers of two networks of the same layers, those of one number format together."""
    found: dict[tuple[torch.dtype, torch.dtype], Tensors] = {}
    firsts, seconds = ([*one.parameters(), *one.buffers()] for one in (ours, theirs))
    for first, second in zip(firsts, seconds, strict=True):
        kind = found.setdefault((first.dtype, second.dtype), ([], []))
        kind[0].append(first)
        kind[1].append(second)
    return [*found.values()]


def _average_in_a_row(averaged: list[Tensor], its: list[Tensor], decay: float) -> None:
    """Of whole numbers, of which PyTorch would take the share tensor by tensor."""
    old, new = (torch.cat([one.reshape(-1) for one in several]) for several in (averaged, its))
    mixed = (old * decay + new * (1 - decay)).to(old.dtype)
    parts = torch.split(mixed, [one.numel() for one in averaged])
    shaped = [part.view_as(one) for part, one in zip(parts, averaged, strict=True)]
    torch._foreach_copy_(averaged, shaped)


class SWA(Averaging):
    """The mean of the weights at the ends of the epochs from `start` on."""

    def __init__(
        self,
        network: Network,
        optimizer: Optimizer,
        start: int,
        lr: float | None = None,
        anneal_epochs: int = 10,
        anneal_strategy: Literal["cos", "linear"] = "cos",
    ) -> None:
        super().__init__(AveragedModel(network), network)
        self._start = start
        self._rate = None
        if lr is not None:
            self._rate = SWALR(
                optimizer, lr, anneal_epochs=anneal_epochs, anneal_strategy=anneal_strategy
            )

    def after_epoch(self, epoch: int) -> None:
        if epoch >= self._start:
            self._add()
            if self._rate is not None:
                step(self._rate)

    def sets_rate(self, epoch: int) -> bool:
        return self._rate is not None and epoch >= self._start

    def state_dict(self) -> dict[str, Any]:
        rate = {} if self._rate is None else {"rate": state_of(self._rate)}
        return {**super().state_dict(), **rate}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        super().load_state_dict(state)
        if self._rate is not None:
            self._rate.load_state_dict(state["rate"])

    def finish(self, data: Data, seed: int, device: str) -> None:
        if self._count:
            batches = data.batches("train", training=Epoch(seed=seed), device=device)
            update_bn(batches, self._averaged.module, torch.device(device))
        super().finish(data, seed, device)

    def in_words(self) -> str:
        if not self._count:
            return f"the weights are the last: epoch {self._start} was not reached (SWA)"
        return f"the weights are the mean of {self._count} epochs (SWA)"


def make_averaging(
    component: Component | None, network: Network, optimizer: Optimizer
) -> Averaging | None:
    if component is None:
        return None
    # What has a learning rate of its own sets the optimizer's.
    needed = {"optimizer": optimizer} if "lr" in component.entry.args else {}
    averaging: Averaging = build(component, network=network, **needed)
    return averaging
