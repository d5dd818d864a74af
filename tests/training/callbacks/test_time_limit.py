from __future__ import annotations

from cifar_pipe.training.callbacks.callback import State
from cifar_pipe.training.callbacks.time_limit import TimeLimit


def test_it_ends_when_the_minutes_are_over_within_an_epoch_too() -> None:
    limit = TimeLimit(minutes=0.5)
    early, late = (State(0, 10, seconds, {}) for seconds in (29.9, 30.0))
    assert limit.between_steps(early) is None
    assert limit.after_epoch(early) is None
    assert limit.between_steps(late) == "the time limit of 0.5 minutes is reached"
    assert limit.after_epoch(late) == limit.between_steps(late)
