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
