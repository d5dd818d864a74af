"""Ends a training that does not become better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cifar_pipe.training.callbacks.callback import Callback, State
from cifar_pipe.training.evaluation.validation import in_words
from cifar_pipe.training.optimization.scheduler_steps import BETTER


class EarlyStopping(Callback):
    """After `patience` epochs in a row none of which was better by more than `min_delta`.

    Accuracies are fractions.
    """

    def __init__(self, patience: int = 3, min_delta: float = 0.0) -> None:
        self._patience = patience
        self._min_delta = min_delta
        self._best: float | None = None
        self._best_epoch = 0

    def after_epoch(self, state: State) -> str | None:
        name = state.monitor
        if name is None or name not in state.values:
            return None
        value = state.values[name]
        sign = 1 if BETTER[name] == "max" else -1
        if self._best is None or sign * (value - self._best) > self._min_delta:
            self._best, self._best_epoch = value, state.epoch
        if state.epoch - self._best_epoch < self._patience:
            return None
        epochs = f"{self._patience} epoch{'s' if self._patience > 1 else ''}"
        since = f"no better {name} for {epochs}"
        return f"{since}, the best was {in_words(name, self._best)} in epoch {self._best_epoch}"

    def state_dict(self) -> dict[str, Any]:
        return {"best": self._best, "best_epoch": self._best_epoch}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self._best, self._best_epoch = state["best"], state["best_epoch"]
