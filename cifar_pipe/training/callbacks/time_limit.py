"""Ends a training after some time."""

from __future__ import annotations

from cifar_pipe.training.callbacks.callback import Callback, State


class TimeLimit(Callback):
    def __init__(self, minutes: float) -> None:
        self._minutes = minutes

    def after_epoch(self, state: State) -> str | None:
        return self.between_steps(state)

    def between_steps(self, state: State) -> str | None:
        if state.seconds < 60 * self._minutes:
            return None
        unit = "minute" if self._minutes == 1 else "minutes"
        return f"the time limit of {self._minutes:g} {unit} is reached"
