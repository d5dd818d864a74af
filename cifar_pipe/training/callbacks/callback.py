"""What a callback is, and those of one training together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.torch.build import build


@dataclass(frozen=True, slots=True)
class State:
    """What a callback sees of a training; it can change nothing of it.

    `epoch` counts the epochs that are done, `step` the changes of the weights, `seconds` since the
    first of them. `values` are the last epoch's on the validation split by name; `monitor` is the
    name of the one that is watched.
    """

    epoch: int
    step: int
    seconds: float
    values: Mapping[str, float]
    monitor: str | None = None


class Callback:
    """Asked as the training goes; a text ends it, and says why."""

    def after_epoch(self, state: State) -> str | None:
        del state
        return None

    def between_steps(self, state: State) -> str | None:
        """About ten times a second."""
        del state
        return None

    def state_dict(self) -> dict[str, Any]:
        """What it remembers, in plain values that a checkpoint can hold."""
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Goes on from what `state_dict` gave."""


class Callbacks:
    def __init__(self, components: Sequence[Component]) -> None:
        self._all: list[Callback] = [build(one) for one in components]

    def __bool__(self) -> bool:
        return bool(self._all)

    def after_epoch(self, state: State) -> str | None:
        """Asks each, also when one has an answer: they may count."""
        answers = [one.after_epoch(state) for one in self._all]
        return next(filter(None, answers), None)

    def between_steps(self, state: State) -> str | None:
        answers = [one.between_steps(state) for one in self._all]
        return next(filter(None, answers), None)

    def state_dict(self) -> list[dict[str, Any]]:
        return [one.state_dict() for one in self._all]

    def load_state_dict(self, state: Sequence[Mapping[str, Any]]) -> None:
        for one, its_state in zip(self._all, state, strict=True):
            one.load_state_dict(its_state)
