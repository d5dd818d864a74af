from __future__ import annotations

from cifar_pipe.training.callbacks.callback import Callback, State


class LossGoal(Callback):
    def __init__(self, below: float) -> None:
        self._below = below

    def after_epoch(self, state: State) -> str | None:
        loss = state.values.get("val_loss")
        return None if loss is None or loss >= self._below else f"val_loss is below {self._below:g}"
