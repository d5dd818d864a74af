"""The points of a training's curve."""

from __future__ import annotations

import pytest

from cifar_pipe.training.progress.points import ends, is_point, mean_loss, spans


@pytest.mark.parametrize("steps", [1, 30, 50, 51, 99, 100, 391, 782, 25_000, 10**6])
def test_a_training_has_all_its_steps_or_at_least_50_points_and_never_many(steps: int) -> None:
    points = sum(map(is_point, range(1, steps + 1)))
    assert min(steps, 50) <= points <= 500


def test_points_are_as_far_apart_as_the_training_is_long() -> None:
    points = [step for step in range(1, 1001) if is_point(step)]
    assert points[:3] == [1, 2, 3]
    assert points[-3:] == [928, 960, 992]


def test_a_row_counts_as_many_steps_as_it_is_the_mean_of() -> None:
    rows = [{"step": 1, "loss": 4.0}, {"step": 1, "val_loss": 9.0}, {"step": 4, "loss": 2.0}]
    assert [steps for _, steps in spans(rows)] == [1, 3]
    assert mean_loss(spans(rows)) == 2.5


def test_a_training_begins_and_ends_with_the_mean_of_a_tenth_of_its_steps() -> None:
    rows = [{"step": step, "loss": float(step)} for step in range(1, 101)]
    assert ends(rows) == (5.5, 95.5)
    assert ends([{"step": 10, "loss": 3.0}, {"step": 20, "loss": 2.0}]) == (3.0, 2.0)
    assert ends(rows[:1]) is None
