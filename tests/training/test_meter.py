from __future__ import annotations

import pytest
import torch

from cifar_pipe.training.divergence import NotFinite
from cifar_pipe.training.meter import READ_EVERY, Meter


def test_the_mean_is_over_the_steps_since_the_reset() -> None:
    meter = Meter()
    meter.add(5.0, 4)
    meter.reset()
    meter.add(1.0, 4)
    meter.add(torch.tensor(2.0), 4)
    assert (meter.mean(), meter.steps, meter.images) == (1.5, 2, 8)


def test_losses_on_a_device_are_read_in_groups() -> None:
    meter = Meter()
    for _ in range(READ_EVERY - 1):
        meter.add(torch.tensor(float("nan")), 4)
    with pytest.raises(NotFinite) as caught:
        meter.add(torch.tensor(1.0), 4)
    assert caught.value.steps == READ_EVERY


def test_how_often_losses_are_read_changes_no_mean() -> None:
    losses = torch.rand(500, generator=torch.Generator().manual_seed(0)) + 0.01
    means = set()
    for every in (1, 7, 60, 1000):
        meter = Meter()
        for step, loss in enumerate(losses):
            meter.add(loss, 4)
            if step % every == 0:
                meter.read()
        means.add(meter.mean())
    assert len(means) == 1


def test_points_of_losses_on_a_device_are_given_when_it_is_waited_for() -> None:
    meter, found = Meter(), list[float]()
    for loss in (1.0, 3.0, 8.0):
        meter.add(torch.tensor(loss), 4)
        meter.point(found.append, at_once=False)
        assert not meter.has_point
    meter.add(torch.tensor(4.0), 4)
    assert (meter.has_point, found) == (True, [])
    # What is saved has all of them, each with the mean since the one before.
    assert meter.state_dict()["point"] == (12.0, 3)
    assert found == [1.0, 3.0, 8.0]
    meter.point(found.append, at_once=False)
    assert found == [1.0, 3.0, 8.0, 4.0]


def test_the_points_before_a_loss_that_is_not_finite_are_given_and_none_after_it() -> None:
    meter, found = Meter(), list[float]()
    for loss in (1.0, 3.0, float("inf"), 1.0):
        meter.add(torch.tensor(loss), 4)
        meter.point(found.append, at_once=False)
    with pytest.raises(NotFinite):
        meter.read()
    assert found == [1.0, 3.0]


def test_slow_steps_are_read_before_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("time.perf_counter", lambda: now)
    meter, found = Meter(), list[float]()
    meter.add(torch.tensor(1.0), 4)
    meter.point(found.append, at_once=False)
    assert found == []
    now = 2.0
    meter.add(torch.tensor(3.0), 4)
    assert (found, meter.last) == ([1.0], 2.0)
