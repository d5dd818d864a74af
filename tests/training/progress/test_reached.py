from __future__ import annotations

import pytest

from cifar_pipe.training.progress.reached import Reached
from cifar_pipe.training_length import Length

LENGTH = Length(steps=25_000, steps_per_epoch=12_500)


def reached(epochs: int, in_epoch: int, stopped: str | None = None) -> Reached:
    found = Reached()
    for _ in range(epochs):
        found.in_epoch = LENGTH.steps_per_epoch
        found.end_epoch(images=50_000)
    found.in_epoch, found.stopped = in_epoch, stopped
    return found


@pytest.mark.parametrize(
    ("epochs", "in_epoch", "words"),
    [
        (0, 0, "epoch 1, step 0 of 25,000"),
        (0, 12_500, "epoch 1, step 12,500 of 25,000"),
        (1, 0, "epoch 2, step 12,500 of 25,000"),
        (1, 922, "epoch 2, step 13,422 of 25,000"),
        (2, 0, "epoch 2, step 25,000 of 25,000"),
    ],
)
def test_it_says_where_the_training_is(epochs: int, in_epoch: int, words: str) -> None:
    assert reached(epochs, in_epoch).in_words(LENGTH) == words


def test_a_training_is_over_with_its_last_epoch_or_with_that_in_which_it_was_stopped() -> None:
    assert not reached(1, 0).is_over(LENGTH)
    assert reached(2, 0).is_over(LENGTH)
    assert reached(1, 0, "no better").is_over(LENGTH)
    # The epoch within which it was stopped is still to be measured.
    assert not reached(1, 5, "time is up").is_over(LENGTH)


def test_the_seconds_go_on_where_they_were() -> None:
    first, second = reached(1, 3), Reached()
    state = first.state_dict() | {"seconds": 3600.0}
    second.load_state_dict(state)
    assert 3600 <= second.seconds < 3660
    assert (second.position, second.all_steps, second.images) == ((1, 3), 12_503, 50_000)
