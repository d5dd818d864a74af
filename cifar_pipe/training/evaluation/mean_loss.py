"""The mean loss over a split, whatever the batches it is measured in."""

from __future__ import annotations

import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import loss_facts
from cifar_pipe.training.targets import criterion, form_of


class MeanLoss:
    """Adds batches up on their device; a summed loss counts per image too."""

    def __init__(self, loss: Component, *, device: str) -> None:
        self._criterion = criterion(loss, device=device)
        self._is_sum = _reduction(loss) == "sum"
        self._weights = loss.given.get("weight")
        self._ignored = loss.given.get("ignore_index")
        self._by_label = (
            not self._is_sum
            and loss_facts(loss).weighted_mean
            and form_of(loss) == "class index"
            and (self._weights is not None or self._ignored is not None)
        )
        self._losses: list[Tensor] = []
        self._counts: list[Tensor] = []

    def add(self, outputs: Tensor, labels: Tensor) -> None:
        loss = self._criterion(outputs, labels)
        if self._is_sum:
            whole, count = loss, torch.tensor(len(labels))
        elif self._by_label:
            count = self._weight_of(labels)
            # A batch of which nothing counts has the mean 0 / 0.
            whole = torch.where(count > 0, loss * count, 0.0)
        else:
            count = torch.tensor(len(labels))
            whole = loss * len(labels)
        self._losses.append(whole)
        self._counts.append(count)

    def value(self) -> float:
        """NaN where nothing counts."""
        total = sum(count.item() for count in self._counts)
        return sum(loss.item() for loss in self._losses) / total if total else float("nan")

    def _weight_of(self, labels: Tensor) -> Tensor:
        counted = torch.ones_like(labels, dtype=torch.bool)
        if self._ignored is not None:
            counted = labels != self._ignored
        if self._weights is None:
            return counted.sum()
        weights = torch.tensor(self._weights, device=labels.device)
        return (weights[labels.clamp(min=0)] * counted).sum()


def _reduction(loss: Component) -> str:
    reduction: str = loss_facts(loss).reduction or loss.get("reduction")
    return reduction
