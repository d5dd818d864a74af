"""The validation split after each epoch, and the best epoch so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from torch import Tensor

from cifar_pipe.model.network import Network
from cifar_pipe.model.weights.versions import state_dict, versions_of
from cifar_pipe.training.evaluation.evaluate import EvaluationJob, evaluate
from cifar_pipe.training.evaluation.passes import EvaluationEngine
from cifar_pipe.training.job import Best, TrainingJob


class Validation:
    """`best` is the first epoch with the lowest val_loss, or the highest val_accuracy.

    `engine` computes the outputs; a training that is resumed keeps its own.
    """

    def __init__(self, job: TrainingJob, engine: EvaluationEngine = "eager") -> None:
        self._job = job
        self.engine = engine
        self.best: Best | None = None
        # The best epoch's, on the CPU: to be restored, or to be left where the training is interrupted.
        self.weights: Mapping[str, Tensor] | None = None
        self._keeps = job.settings.restore_best or job.context.checkpoints is not None

    def measure(self, epoch: int, network: Network) -> Mapping[str, float]:
        """The network's values by name, none without a validation split; `epoch` is 1-based."""
        data, settings = self._job.data, self._job.settings
        if "val" not in data.splits:
            return {}
        job = EvaluationJob(
            network, data, "val", batch_size=250, loss=settings.loss, engine=self.engine
        )
        result = evaluate(job, self._job.context)
        # Where there are no kernels after all, they are not looked for again.
        self.engine = result.engine
        measures = {"val_loss": result.loss, "val_accuracy": result.accuracy}
        values = {name: value for name, value in measures.items() if value is not None}
        metric = settings.monitor
        if metric in values and self._is_best(metric, values[metric]):
            self.best = Best(epoch, metric, values[metric])
            if self._keeps:
                self.weights = _copied(network.state_dict())
        return values

    def _is_best(self, metric: str, value: float) -> bool:
        if self.best is None:
            return True
        return value > self.best.value if metric == "val_accuracy" else value < self.best.value

    def restore(self) -> None:
        """Takes the best epoch's weights, where the pipeline wants that."""
        if self.weights is not None and self._job.settings.restore_best:
            self._job.network.load_state_dict(self.weights)

    def state_dict(self) -> dict[str, Any]:
        best = None if self.best is None else asdict(self.best)
        return {"best": best, "weights": self.weights, "engine": self.engine}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self.best = None if state["best"] is None else Best(**state["best"])
        self.weights = state["weights"]
        self.engine = state.get("engine", "eager")


def _copied(weights: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    copies = ((name, one.detach().to("cpu", copy=True)) for name, one in weights.items())
    return state_dict(copies, versions_of(weights))


def in_words(name: str, value: float) -> str:
    """`val_loss: 1.234`, `val_accuracy: 54.1 %`."""
    return f"{name}: {100 * value:.1f} %" if name.endswith("accuracy") else f"{name}: {value:.3f}"
