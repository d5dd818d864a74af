"""A stretch of steps ends where something is to be done after its last one."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest

from cifar_pipe.training.progress.points import is_point
from cifar_pipe.training.progress.stretches import Stops, stretches


def ends_of(stops: Stops, *, steps: int = 1000, done: int = 0, stretch: int = 1000) -> list[int]:
    """After which steps of the epoch stretches end."""
    engine: Any = SimpleNamespace(stretch=stretch)
    taken: Any = ([number] for number in range(done, steps))
    found = list(stretches(taken, done, engine, stops))
    assert [one for part in found for (one,) in part] == list(range(done, steps))
    return [part[-1][0] + 1 for part in found]


def stops_of(**changes: Any) -> Stops:
    settings = {
        "before": 0,
        "per_epoch": 1000,
        "log_every": 1000,
        "save_every": math.inf,
        "each": False,
    }
    return Stops(**{**settings, **changes})


def test_the_loss_is_logged_at_the_points_of_the_whole_training() -> None:
    for before in (0, 10_000):
        points = [one for one in range(1, 1000) if is_point(before + one)]
        assert ends_of(stops_of(before=before)) == [*points, 1000]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"log_every": 300}, {300, 600, 900, 1000}),
        ({"save_every": 400}, {400, 800, 1000}),
        ({"save_every": 400, "before": 1000}, {200, 600, 1000}),
    ],
)
def test_lines_and_checkpoints_end_stretches(changes: dict[str, Any], expected: set[int]) -> None:
    assert expected <= set(ends_of(stops_of(**changes)))


def test_what_looks_at_each_step_leaves_one_at_a_time() -> None:
    assert ends_of(stops_of(each=True), steps=50) == list(range(1, 51))


def test_none_is_longer_than_the_engine_wants() -> None:
    assert ends_of(stops_of(before=100_000), steps=50, stretch=20) == [20, 40, 50]


def test_a_resumed_epoch_goes_on_at_its_step() -> None:
    assert ends_of(stops_of(before=100_000), steps=50, done=30, stretch=15) == [45, 50]
