"""What a callback is: what it sees of a training, when it is asked, and what it may leave.

    begin          once, before the first step: it gets the View
    after_step     after each step
    between_steps  about ten times a second
    after_epoch    after each epoch and its validation
    state_dict     what a checkpoint keeps of it

It is given values and copies, never the network, the optimizer or the data: it can end a training,
and change nothing else of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cifar_pipe.training.evaluation.predictions import Predictions


@dataclass(frozen=True, slots=True)
class State:
    """Where a training is; all of it is frozen.

    `epoch` counts the epochs that are done, `step` the changes of the weights, `seconds` since the
    first of them. `values` are the last epoch's on the validation split by name; `monitor` is the
    name of the one that is watched. `rates` are the learning rates of the groups of
    parameters: after a step those of this step, and after an epoch those of the next one.
    """

    epoch: int
    step: int
    seconds: float
    values: Mapping[str, float]
    monitor: str | None = None
    rates: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))


@dataclass(frozen=True, slots=True)
class View:
    """What a callback may ask for and leave.

    `splits` are the names of the data's splits, `folder` is the callback's own in the run's
    directory; it exists. `predict` gives what the network, as it would be evaluated now, takes so many
    images of a split for: always the same ones, in which the classes take turns. `record` adds a row
    of numbers, or lists of numbers, to metrics.jsonl, beside its stage, epoch and step. `note` says
    something on the terminal.
    """

    folder: Path
    splits: tuple[str, ...]
    predict: Callable[[str, int], Predictions]
    record: Callable[[State, Mapping[str, Any]], None]
    note: Callable[[str], None]


class Callback:
    """Asked as the training goes; a text ends it, and says why.

    Each of the methods may be left out. One that raises is told by name and not asked again; the
    training goes on.
    """

    def begin(self, view: View) -> None:
        del view

    def after_step(self, state: State) -> str | None:
        del state
        return None

    def between_steps(self, state: State) -> str | None:
        """About ten times a second."""
        del state
        return None

    def after_epoch(self, state: State) -> str | None:
        del state
        return None

    def state_dict(self) -> dict[str, Any]:
        """What it remembers, in plain values that a checkpoint can hold."""
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Goes on from what `state_dict` gave."""
