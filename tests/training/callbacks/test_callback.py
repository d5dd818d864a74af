from __future__ import annotations

from cifar_pipe.catalog.core.component import make
from cifar_pipe.training.callbacks.callback import Callbacks, State


def test_the_first_answer_counts_and_every_callback_is_asked() -> None:
    """The second is at its patience only if it was asked in each epoch."""
    callbacks = Callbacks(
        [
            make("callback", "TimeLimit", minutes=1),
            make("callback", "EarlyStopping", patience=2),
        ]
    )
    states = [State(epoch, epoch, 0.0, {"val_loss": 1.0}, "val_loss") for epoch in (1, 2, 3)]
    found = [callbacks.after_epoch(state) for state in states]
    assert found[:2] == [None, None]
    assert str(found[2]).startswith("no better val_loss for 2 epochs")
    assert callbacks.between_steps(State(0, 5, 61.0, {})) == "the time limit of 1 minute is reached"


def test_none_are_false() -> None:
    assert not Callbacks([])
