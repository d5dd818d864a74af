"""The validation split after each epoch, and the best epoch so far."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data
from cifar_pipe.model.network import Network
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.training.evaluation.evaluate import evaluate
from cifar_pipe.training.history import Best

# It changes speed only.
_BATCH_SIZE = 250


class Validation:
    """`best` is the first epoch with the lowest val_loss, or the highest val_accuracy."""

    def __init__(self, network: Network, data: Data, spec: Train, context: Context) -> None:
        self._network = network
        self._data = data
        self._spec = spec
        self._context = context
        self._weights: dict[str, Tensor] | None = None
        self.best: Best | None = None

    def measure(self, epoch: int) -> Mapping[str, float]:
        """The values by name, nothing where there is no validation split; `epoch` is 1-based."""
        if "val" not in self._data.splits:
            return {}
        done = evaluate(
            self._network,
            self._data,
            "val",
            batch_size=_BATCH_SIZE,
            loss=self._spec.loss,
            device=self._context.device,
            threads=self._context.threads,
            check_signal=self._context.check_signal,
        )
        measured = {"val_loss": done.loss, "val_accuracy": done.accuracy}
        values = {name: value for name, value in measured.items() if value is not None}
        self._compare(epoch, values)
        return values

    def restore(self) -> None:
        """Takes the best epoch's weights, where the pipeline wants that."""
        if self._weights is not None:
            self._network.load_state_dict(self._weights)

    def _compare(self, epoch: int, values: Mapping[str, Any]) -> None:
        metric = self._spec.monitor
        if metric is None or metric not in values:
            return
        value = values[metric]
        sign = 1 if metric == "val_accuracy" else -1
        if self.best is not None and sign * value <= sign * self.best.value:
            return
        self.best = Best(epoch, metric, value)
        if self._spec.restore_best:
            self._weights = copy.deepcopy(self._network.state_dict())


def in_words(name: str, value: float) -> str:
    """`val_loss: 1.234`, `val_accuracy: 54.1 %`."""
    return f"{name}: {100 * value:.1f} %" if name.endswith("accuracy") else f"{name}: {value:.3f}"
