from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.training.callbacks.callback import Callback, State
from cifar_pipe.training.callbacks.callbacks import Callbacks
from tests.kit import RecordedEvents


def test_the_first_answer_counts_and_every_callback_is_asked(context: Context) -> None:
    """The second is at its patience only if it was asked in each epoch."""
    callbacks = Callbacks(
        [
            make("callback", "TimeLimit", minutes=1),
            make("callback", "EarlyStopping", patience=2),
        ],
        context,
    )
    states = [State(epoch, epoch, 0.0, {"val_loss": 1.0}, "val_loss") for epoch in (1, 2, 3)]
    found = [callbacks.after_epoch(state) for state in states]
    assert found[:2] == [None, None]
    assert str(found[2]).startswith("no better val_loss for 2 epochs")
    assert callbacks.between_steps(State(0, 5, 61.0, {})) == "the time limit of 1 minute is reached"


def test_none_are_false(context: Context) -> None:
    assert not Callbacks([], context)


def test_steps_are_seen_only_where_a_callback_looks_at_them(context: Context) -> None:
    limit, log = make("callback", "TimeLimit", minutes=1), make("callback", "LearningRateLog")
    assert not Callbacks([limit], context).sees_steps
    assert Callbacks([limit, log], context).sees_steps


def test_each_goes_on_from_its_own_state(context: Context) -> None:
    def stopping() -> Callbacks:
        made = [make("callback", "LearningRateLog"), make("callback", "EarlyStopping", patience=1)]
        return Callbacks(made, context)

    first, second = stopping(), stopping()
    first.after_epoch(State(1, 1, 0.0, {"val_loss": 1.0}, "val_loss"))
    second.load_state_dict(first.state_dict())
    assert second.after_epoch(State(2, 2, 0.0, {"val_loss": 2.0}, "val_loss"))


class Remembers(Callback):
    """Gives a state of some kind, and takes none back."""

    def __init__(self, state: Any) -> None:
        self._state = state

    def state_dict(self) -> dict[str, Any]:
        if isinstance(self._state, Exception):
            raise self._state
        return {"state": self._state}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        raise ValueError("not that one")


def with_states(context: Context, *states: Any) -> Callbacks:
    callbacks = Callbacks([], context)
    callbacks._all = [(type(one).__name__, Remembers(one)) for one in states]
    return callbacks


@pytest.mark.parametrize("state", [1, "a", None, [1.5, (True, torch.zeros(2))], {"a": {1: []}}])
def test_what_a_checkpoint_can_hold_is_kept_of_a_callback(state: Any, context: Context) -> None:
    found = with_states(context, state).state_dict()
    assert found == {"states": [{"state": state}], "failed": []}


@pytest.mark.parametrize("state", [{1}, np.float64(1), [object()], Path(), ValueError("broken")])
def test_a_callback_without_a_state_that_can_be_kept_is_left_out(
    state: Any, context: Context, events: RecordedEvents
) -> None:
    callbacks = with_states(context, state, 3)
    for _ in range(2):
        assert callbacks.state_dict() == {"states": [{}, {"state": 3}], "failed": [0]}
    (warning,) = events.warnings
    assert f"the callback {type(state).__name__} failed in state_dict" in warning


def test_a_callback_that_does_not_take_its_state_is_left_out(
    context: Context, events: RecordedEvents
) -> None:
    callbacks = with_states(context, 1, 2)
    callbacks.load_state_dict({"states": [{}, {"state": 2}], "failed": [0]})
    assert callbacks.state_dict()["failed"] == [0, 1]
    (warning,) = events.warnings
    assert "failed in load_state_dict and is left out from there on: ValueError" in warning
