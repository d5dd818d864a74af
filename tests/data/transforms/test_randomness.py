from __future__ import annotations

import math

import torch

from cifar_pipe.data.transforms.randomness import (
    Draws,
    Rows,
    below,
    generator,
    normal,
    order,
    seed_of,
    within,
)


def test_a_seed_is_a_function_of_all_parts_and_fits_a_generator() -> None:
    seeds = {seed_of(*parts) for parts in [("a", 1), ("a", 2), ("b", 1), ("a", 1, 0), (1, "a")]}
    assert len(seeds) == 5
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert seed_of("a", 1) == seed_of("a", 1)


def test_order_is_a_permutation_made_from_seed_and_epoch() -> None:
    first = order(100, seed=3, epoch=1)
    assert sorted(first.tolist()) == list(range(100))
    assert torch.equal(first, order(100, seed=3, epoch=1))
    assert not torch.equal(first, order(100, seed=3, epoch=2))
    assert not torch.equal(first, order(100, seed=4, epoch=1))


def test_a_row_does_not_depend_on_its_company() -> None:
    alone = Rows(Draws(1, 2, 50), 3, torch.tensor([17])).uniform(4)
    together = Rows(Draws(1, 2, 50), 3, torch.tensor([40, 17, 2])).uniform(4)
    assert torch.equal(alone[0], together[1])


def test_places_epochs_and_seeds_draw_apart() -> None:
    tables = [
        Draws(*key, 10).table(place, 2) for key in [(0, 0), (0, 1), (1, 0)] for place in (0, 1)
    ]
    assert len({tuple(table.flatten().tolist()) for table in tables}) == 6


def test_seeds_of_images_differ() -> None:
    rows = Rows(Draws(1, 2, 50), 3, torch.arange(50))
    assert len(set(rows.seeds())) == 50
    assert rows.one(7).seeds() == rows.seeds()[7:8]


def test_a_generator_of_its_own_leaves_the_global_one_alone() -> None:
    before = torch.get_rng_state()
    torch.rand(3, generator=generator("x", 1))
    assert torch.equal(torch.get_rng_state(), before)


def test_ranges_are_kept() -> None:
    uniform = torch.tensor([0.0, 0.5, 1 - 2**-53], dtype=torch.float64)
    assert within(uniform, -2, 4).tolist() == [-2, 1, 4]
    assert below(uniform, 9).tolist() == [0, 4, 8]


def test_normal_numbers_are_normal_and_each_its_own() -> None:
    seeds = torch.rand(300, 1, dtype=torch.float64, generator=generator("seeds")).expand(-1, 300)
    places = torch.arange(300).expand(300, -1)
    drawn = normal(seeds.reshape(-1), places.reshape(-1)).view(300, 300)
    assert math.isclose(drawn.mean(), 0, abs_tol=0.02)
    assert math.isclose(drawn.std(), 1, abs_tol=0.02)
    assert math.isclose((drawn.abs() < 1).float().mean(), 0.6827, abs_tol=0.01)
    # Neither neighbours within an image nor the same place in two have to do with each other.
    for one, other in ((drawn[:, 1:], drawn[:, :-1]), (drawn[1:], drawn[:-1])):
        assert abs((one * other).mean()) < 0.02
    assert torch.equal(normal(seeds[7, 3:5], places[7, 3:5]), drawn[7, 3:5])
