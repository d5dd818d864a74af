from __future__ import annotations

import torch

from cifar_pipe.context import Context
from cifar_pipe.training.random_state import seeded


def test_what_is_drawn_follows_from_the_seed_and_all_is_set_back(context: Context) -> None:
    before = torch.get_rng_state()
    with seeded(context):
        drawn = torch.randn(3)
    assert torch.equal(torch.get_rng_state(), before)
    generator = torch.Generator().manual_seed(context.seed)
    assert torch.equal(drawn, torch.randn(3, generator=generator))
