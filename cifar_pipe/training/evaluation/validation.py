"""The validation split after each epoch, and the best epoch so far."""

from __future__ import annotations

import copy
from collections.abc import Mapping

from torch import Tensor

from cifar_pipe.model.network import Network
from cifar_pipe.training.evaluation.evaluate import EvaluationJob, evaluate
from cifar_pipe.training.job import Best, TrainingJob


class Validation:
    """`best` is the first epoch with the lowest val_loss, or the highest val_accuracy."""

    def __init__(self, job: TrainingJob) -> None:
        self._job = job
        self._weights: dict[str, Tensor] | None = None
        self.best: Best | None = None

    def measure(self, epoch: int, network: Network) -> Mapping[str, float]:
        """The network's values by name, none without a validation split; `epoch` is 1-based."""
        data, settings = self._job.data, self._job.settings
        if "val" not in data.splits:
            return {}
        job = EvaluationJob(network, data, "val", batch_size=250, loss=settings.loss)
        result = evaluate(job, self._job.context)
        measures = {"val_loss": result.loss, "val_accuracy": result.accuracy}
        values = {name: value for name, value in measures.items() if value is not None}
        metric = settings.monitor
        if metric in values and self._is_best(metric, values[metric]):
            self.best = Best(epoch, metric, values[metric])
            if settings.restore_best:
                self._weights = copy.deepcopy(network.state_dict())
        return values

    def _is_best(self, metric: str, value: float) -> bool:
        if self.best is None:
            return True
        return value > self.best.value if metric == "val_accuracy" else value < self.best.value

    def restore(self) -> None:
        """Takes the best epoch's weights, where the pipeline wants that."""
        if self._weights is not None:
            self._job.network.load_state_dict(self._weights)


def in_words(name: str, value: float) -> str:
    """`val_loss: 1.234`, `val_accuracy: 54.1 %`."""
    return f"{name}: {100 * value:.1f} %" if name.endswith("accuracy") else f"{name}: {value:.3f}"
