from __future__ import annotations

import io
import random

import numpy as np
import torch

from cifar_pipe.context import Context
from cifar_pipe.training.random_state import RandomState, seeded


def test_what_is_drawn_follows_from_the_seed_and_all_is_set_back(context: Context) -> None:
    before = torch.get_rng_state()
    with seeded(context):
        drawn = torch.randn(3)
    assert torch.equal(torch.get_rng_state(), before)
    generator = torch.Generator().manual_seed(context.seed)
    assert torch.equal(drawn, torch.randn(3, generator=generator))


def draws() -> tuple[float, float, float]:
    return torch.rand(()).item(), random.random(), float(np.random.rand())  # noqa: NPY002


def test_pythons_and_numpys_generators_are_seeded_and_set_back_too(context: Context) -> None:
    before = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    with seeded(context):
        first = draws()
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before  # noqa: NPY002
    with seeded(context):
        assert draws() == first


def test_a_state_that_is_loaded_gives_the_same_numbers_again() -> None:
    state = RandomState("cpu").state_dict()
    buffer = io.BytesIO()
    torch.save(state, buffer)
    expected = draws()
    assert draws() != expected
    RandomState("cpu").load_state_dict(torch.load(io.BytesIO(buffer.getvalue()), weights_only=True))
    assert draws() == expected
