"""The validation split after each epoch, and the best epoch so far."""

from __future__ import annotations

import copy
from collections.abc import Mapping

from torch import Tensor

from cifar_pipe.training.evaluation.evaluate import EvaluationJob, evaluate
from cifar_pipe.training.history import Best
from cifar_pipe.training.job import TrainingJob

# It changes speed only.
_BATCH_SIZE = 250


class Validation:
    """`best` is the first epoch with the lowest val_loss, or the highest val_accuracy."""

    def __init__(self, job: TrainingJob) -> None:
        self._job = job
        self._weights: dict[str, Tensor] | None = None
        self.best: Best | None = None

    def measure(self, epoch: int) -> Mapping[str, float]:
        """The values by name, nothing where there is no validation split; `epoch` is 1-based."""
        if "val" not in self._job.data.splits:
            return {}
        result = evaluate(
            EvaluationJob(
                self._job.network, self._job.data, "val", _BATCH_SIZE, self._job.settings.loss
            ),
            self._job.context,
        )
        measures = {"val_loss": result.loss, "val_accuracy": result.accuracy}
        values = {name: value for name, value in measures.items() if value is not None}
        self._compare(epoch, values)
        return values

    def restore(self) -> None:
        """Takes the best epoch's weights, where the pipeline wants that."""
        if self._weights is not None:
            self._job.network.load_state_dict(self._weights)

    def _compare(self, epoch: int, values: Mapping[str, float]) -> None:
        metric = self._job.settings.monitor
        if metric is None or metric not in values:
            return
        value = values[metric]
        sign = 1 if metric == "val_accuracy" else -1
        if self.best is not None and sign * value <= sign * self.best.value:
            return
        self.best = Best(epoch, metric, value)
        if self._job.settings.restore_best:
            self._weights = copy.deepcopy(self._job.network.state_dict())


def in_words(name: str, value: float) -> str:
    """`val_loss: 1.234`, `val_accuracy: 54.1 %`."""
    return f"{name}: {100 * value:.1f} %" if name.endswith("accuracy") else f"{name}: {value:.3f}"
