"""Folds: each training image is held out exactly once, and nothing leaks between them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from cifar_pipe.catalog.images.folds import Fold
from cifar_pipe.data.batches import Data, Epoch
from cifar_pipe.data.store import fold_indices, random_indices
from cifar_pipe.errors import DataBroken
from cifar_pipe.stages.load_data.spec import LoadData
from tests.data.conftest import picture

LABELS = [0] * 10 + [1] * 7 + [2] * 6


def folds(labels: Any, of: int, *, seed: int = 0) -> list[tuple[list[int], list[int]]]:
    return [fold_indices(labels, Fold(number=n, of=of), seed=seed) for n in range(1, of + 1)]


def test_each_image_is_held_out_exactly_once_and_never_trained_on_then() -> None:
    parts = folds(LABELS, 5)
    held_out = [index for _, held in parts for index in held]
    assert sorted(held_out) == list(range(len(LABELS)))
    assert all(sorted(kept + held) == list(range(len(LABELS))) for kept, held in parts)


def test_the_folds_have_the_sizes_that_are_foretold_and_equal_shares_of_each_class() -> None:
    for number, (_, held) in enumerate(folds(LABELS, 5), 1):
        assert len(held) == Fold(number=number, of=5).size(len(LABELS))
        counts = [sum(LABELS[index] == label for index in held) for label in range(3)]
        assert counts[0] == 2
        assert counts[1] in (1, 2)
        assert counts[2] in (1, 2)


def test_the_folds_follow_from_the_seed_and_are_not_the_other_splits() -> None:
    assert folds(LABELS, 5) == folds(torch.tensor(LABELS), 5)
    assert folds(LABELS, 5) != folds(LABELS, 5, seed=1)
    assert random_indices(LABELS, 0.2, seed=0, held_out_as="test") not in folds(LABELS, 5)


def test_numbers_as_targets_are_divided_without_classes() -> None:
    parts = folds(torch.randn(11, 2), 3)
    assert [len(held) for _, held in parts] == [4, 4, 3]
    assert sorted(index for _, held in parts for index in held) == list(range(11))


def test_a_class_needs_an_image_for_each_fold() -> None:
    assert len(folds(LABELS, 6)) == 6
    with pytest.raises(
        DataBroken, match="7 folds need as many images of each class, and one has 6"
    ):
        folds(LABELS, 7)


def held_out(load: Callable[[int], Data]) -> tuple[list[list[float]], list[list[float]]]:
    """What each fold trains on, and what it tests: images, each as its mean."""
    trained, tested = [], []
    for number in (1, 2, 3):
        data = load(number)
        seen = [images for images, _ in data.batches("train", training=Epoch(), batch_size=7)]
        trained.append(_means(torch.cat(seen)))
        tested.append(_means(torch.cat([images for images, _ in data.batches("test")])))
    return trained, tested


def _means(images: torch.Tensor) -> list[float]:
    return [round(float(one.double().mean()), 9) for one in images]


@pytest.mark.parametrize("validation_split", [None, 0.2])
def test_the_test_images_of_a_dataset_are_not_used(
    load_spec: Callable[..., LoadData], loaded: Callable[..., Data], validation_split: float | None
) -> None:
    whole = loaded(load_spec("Shapes", train=60, test=20))
    all_training, own_test = (_means(whole.splits[name].at(torch.arange(len(whole.splits[name]))).div(255)) for name in ("train", "test"))  # type: ignore[union-attr]  # fmt: skip

    def load(number: int) -> Data:
        stage = {"fold": Fold(number=number, of=3), "validation_split": validation_split}
        return loaded(load_spec("Shapes", train=60, test=20, stage=stage))

    trained, tested = held_out(load)
    assert sorted(mean for held in tested for mean in held) == sorted(all_training)
    for seen, held in zip(trained, tested, strict=True):
        assert not {*seen} & {*held}
        assert not {*seen, *held} & {*own_test}
        assert len(seen) == (32 if validation_split else 40)


def test_a_folder_is_divided_before_its_images_are_read(
    load_spec: Callable[..., LoadData], loaded: Callable[..., Data], tmp_path: Path
) -> None:
    for split, count in (("train", 6), ("test", 2)):
        for index in range(count):
            for name in ("cat", "dog"):
                picture(tmp_path / f"photos/{split}/{name}/{index}.png", (8, 8))
    held = []
    for number in (1, 2, 3):
        stage = {"fold": Fold(number=number, of=3)}
        data = loaded(load_spec("ImageFolder", root=str(tmp_path / "photos"), stage=stage))
        train, test = (data.splits[name].files for name in ("train", "test"))
        assert not {*train} & {*test}
        assert len(train) + len(test) == 12
        assert data.splits["test"].per_class(2) == [2, 2]
        held += [*test]
    own = sorted(str(path) for path in (tmp_path / "photos/train").rglob("*.png"))
    assert sorted(held) == own


def test_run_json_says_which_fold_the_test_split_is(
    load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    spec = load_spec("Shapes", train=60, test=20, stage={"fold": Fold(number=2, of=3)})
    info = loaded(spec).info
    assert info["fold"] == {"number": 2, "of": 3}
    assert (info["train"], info["test"]) == (40, 20)
