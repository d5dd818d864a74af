from __future__ import annotations

import torch

from cifar_pipe.data.pictures import as_pictures


def test_bytes_of_three_channels_stay_as_they_are() -> None:
    images = torch.randint(0, 256, (2, 3, 4, 5), dtype=torch.uint8)
    assert torch.equal(as_pictures(images), images)


def test_one_channel_is_shown_grey() -> None:
    images = torch.randint(0, 256, (2, 1, 4, 5), dtype=torch.uint8)
    assert torch.equal(as_pictures(images), images.expand(2, 3, 4, 5))


def test_floats_from_0_to_1_become_bytes() -> None:
    assert as_pictures(torch.full((1, 3, 2, 2), 0.5)).unique().tolist() == [128]


def test_other_floats_are_spread_over_their_range() -> None:
    images = torch.linspace(-1, 1, 12).view(1, 3, 2, 2)
    found = as_pictures(images)
    assert (found.min(), found.max()) == (0, 255)


def test_images_of_different_sizes_are_centred() -> None:
    small = torch.full((3, 2, 2), 9, dtype=torch.uint8)
    large = torch.full((3, 4, 6), 7, dtype=torch.uint8)
    found = as_pictures([small, large])
    assert found.shape == (2, 3, 4, 6)
    assert (found[0, :, 1:3, 2:4] == 9).all()
    assert found[0].sum() == 9 * 3 * 4
