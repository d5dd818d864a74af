"""Records the learning rate of every group of parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cifar_pipe.training.callbacks.callback import Callback, State, View


class LearningRateLog(Callback):
    """Adds rows with `learning_rates` to metrics.jsonl: those of each step, or of each epoch's last."""

    def __init__(self, per: str = "epoch") -> None:
        self._per = per
        self._rates: list[float] = []

    def begin(self, view: View) -> None:
        self._record = view.record

    def after_step(self, state: State) -> None:
        self._rates = list(state.rates)
        if self._per == "step":
            self._record(state, {"learning_rates": self._rates})

    def after_epoch(self, state: State) -> None:
        # The scheduler has gone on: what the state has now is for the next step.
        if self._per == "epoch":
            self._record(state, {"learning_rates": self._rates})

    def state_dict(self) -> dict[str, Any]:
        return {"rates": self._rates}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self._rates = [*state["rates"]]
