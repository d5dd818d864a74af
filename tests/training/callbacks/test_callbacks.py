from __future__ import annotations

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.training.callbacks.callback import State
from cifar_pipe.training.callbacks.callbacks import Callbacks


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
