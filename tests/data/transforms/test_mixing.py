"""MixUp and CutMix, against torchvision's with the same shares and boxes."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
import torch
from torch import Tensor
from torchvision.transforms import v2

from cifar_pipe.catalog.core.component import make
from cifar_pipe.data.batches import Batching, Data, Epoch
from cifar_pipe.data.store import Split
from cifar_pipe.data.transforms.mixing import blended, box_of, mixed, with_box

IMAGES = torch.rand(6, 3, 8, 10, generator=torch.Generator().manual_seed(1))
LABELS = torch.tensor([0, 1, 2, 2, 1, 0])


def torchvision_gives(name: str, params: dict[str, Any]) -> tuple[Tensor, Tensor]:
    transform = getattr(v2, name)(num_classes=3)
    known = {"labels": LABELS, "batch_size": 6, **params}
    return transform.transform(IMAGES, known), transform.transform(LABELS, known)


def test_mixup_mixes_as_torchvision_does() -> None:
    images, labels = torchvision_gives("MixUp", {"lam": 0.3})
    assert torch.equal(blended(IMAGES, 0.3), images)
    assert torch.equal(blended(torch.nn.functional.one_hot(LABELS, 3).float(), 0.3), labels)


@pytest.mark.parametrize("centre", [(4, 5), (0, 0), (7, 9), (3, 0)])
@pytest.mark.parametrize("share", [0.9, 0.5, 0.01])
def test_cutmix_draws_the_box_and_the_share_of_torchvision(
    share: float, centre: tuple[int, int]
) -> None:
    transform = v2.CutMix(num_classes=3)
    row, column = centre
    drawn = [torch.tensor([column]), torch.tensor([row])]
    transform._dist = type("Fixed", (), {"sample": lambda *_: torch.tensor(share)})()
    with patch("torch.randint", side_effect=drawn):
        params = transform.make_params([IMAGES])
    box, left = box_of(float(torch.tensor(share)), centre, (8, 10))
    x1, y1, x2, y2 = params["box"]
    assert box == (slice(y1, y2), slice(x1, x2))
    assert left == pytest.approx(params["lam_adjusted"])
    images, _ = torchvision_gives("CutMix", params)
    assert torch.equal(with_box(IMAGES, box), images)


@pytest.mark.parametrize("name", ["MixUp", "CutMix"])
def test_labels_become_shares_and_images_stay_as_they_were(name: str) -> None:
    before = IMAGES.clone()
    images, shares = mixed(make("transform", name), (IMAGES, LABELS), classes=3, place=(1, 2, 3))
    assert torch.equal(IMAGES, before)
    assert images.shape == IMAGES.shape
    assert shares.shape == (6, 3)
    torch.testing.assert_close(shares.sum(1), torch.ones(6))
    again, _ = mixed(make("transform", name), (IMAGES, LABELS), classes=3, place=(1, 2, 3))
    other, _ = mixed(make("transform", name), (IMAGES, LABELS), classes=3, place=(1, 2, 4))
    assert torch.equal(images, again)
    assert not torch.equal(images, other)


def data(transforms: Any) -> Data:
    images = torch.randint(0, 256, (30, 3, 4, 4), dtype=torch.uint8)
    labels = torch.arange(30) % 3
    splits = {name: Split(name, images, labels) for name in ("train", "val")}
    batching = Batching(transforms, batch_size=4)
    return Data(splits, classes=("a", "b", "c"), batching=batching)


TRANSFORMS = [make("transform", "ToTensor"), make("transform", "MixUp", alpha=0.4)]


def test_only_the_batches_of_a_training_are_mixed() -> None:
    made = data(TRANSFORMS)
    shapes = {labels.shape[1:] for _, labels in made.batches("train", training=Epoch())}
    assert shapes == {(3,)}
    for split in ("train", "val"):
        assert {labels.ndim for _, labels in made.batches(split)} == {1}


def test_a_later_batch_is_mixed_without_those_before_it() -> None:
    made = data(TRANSFORMS)
    whole = list(made.batches("train", training=Epoch(1, 9)))
    rest = list(made.batches("train", training=Epoch(1, 9, skip=5)))
    for (images, shares), (expected, its_shares) in zip(rest, whole[5:], strict=True):
        assert torch.equal(images, expected)
        assert torch.equal(shares, its_shares)
