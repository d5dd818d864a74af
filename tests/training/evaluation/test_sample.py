from __future__ import annotations

from collections import Counter

import torch

from cifar_pipe.training.evaluation.sample import balanced

# Ten images of class 0, then three of class 2, then one of class 5.
LABELS = torch.tensor([0] * 10 + [2] * 3 + [5])


def test_the_classes_take_turns_as_long_as_they_have_images() -> None:
    for seed in range(5):
        drawn = balanced(LABELS, 7, seed=seed)
        assert Counter(LABELS[drawn].tolist()) == {0: 3, 2: 3, 5: 1}
        assert sorted(LABELS[drawn[:3]].tolist()) == [0, 2, 5]


def test_no_image_is_drawn_twice_and_more_than_there_are_means_all() -> None:
    assert sorted(balanced(LABELS, 99, seed=1)) == list(range(14))


def test_the_seed_decides() -> None:
    assert balanced(LABELS, 5, seed=1) == balanced(LABELS, 5, seed=1)
    assert len({tuple(balanced(LABELS, 5, seed=seed)) for seed in range(9)}) > 1


def test_a_smaller_count_gives_the_first_of_them() -> None:
    assert balanced(LABELS, 9, seed=4)[:4] == balanced(LABELS, 4, seed=4)


def test_numbers_have_no_classes() -> None:
    assert len(set(balanced(torch.rand(6, 2), 4, seed=0))) == 4
