from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from cifar_pipe.doctor import similar
from cifar_pipe.doctor.similar import Pair, TooAlikeError, similar_pairs
from tests.doctor.looked import WATCH


def textures(count: int, *, seed: int = 0) -> np.ndarray:
    """Grey images `[n, 32, 32]` of large spots and noise."""
    generator = np.random.default_rng(seed)
    spots = [Image.fromarray(one) for one in generator.integers(0, 200, (count, 4, 4), np.uint8)]
    coarse = np.stack([one.resize((32, 32), Image.Resampling.BILINEAR) for one in spots])
    return (coarse + generator.integers(0, 56, (count, 32, 32))).astype(np.uint8)


def pairs(images: np.ndarray) -> list[tuple[int, int, bool]]:
    made = similar_pairs(images, range(len(images)), WATCH)
    return [(one.a, one.b, one.mirrored) for one in made]


def test_different_images_are_no_pair() -> None:
    assert pairs(textures(300)) == []


def test_equal_mirrored_and_shifted_images_are_pairs() -> None:
    images = textures(6)
    images[1] = images[0]
    images[3] = images[2][:, ::-1]
    images[5] = np.roll(images[4], (1, -1), (0, 1)) // 2 + 60
    assert pairs(images) == [(0, 1, False), (2, 3, True), (4, 5, False)]


def test_blocks_of_the_search_meet_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    images = textures(60)
    images[59], images[31] = images[2], images[30]
    whole = pairs(images)
    monkeypatch.setattr(similar, "_ROWS", 7)
    monkeypatch.setattr(similar, "_COLUMNS", 11)
    monkeypatch.setattr(similar, "_PIECE", 1)
    assert pairs(images) == whole == [(2, 59, False), (30, 31, False)]


def test_the_same_composition_with_other_detail_is_no_pair() -> None:
    noise = np.random.default_rng(5).integers(-28, 28, (2, 32, 32))
    images = (np.linspace(60, 200, 32)[:, None] + noise).astype(np.uint8)
    coarse = similar._coarse(images.astype(np.float32))
    assert coarse[0] @ coarse[1] > similar.COARSE_CORRELATION
    assert pairs(images) == []


def test_images_without_detail_are_no_pair() -> None:
    smooth = np.broadcast_to(np.arange(32, dtype=np.uint8) * 2, (4, 32, 32))
    assert pairs(smooth.copy()) == []


def test_indices_choose_and_name_the_images() -> None:
    images = textures(5)
    images[1], images[4] = images[0], images[0]
    (pair,) = similar_pairs(images, [4, 2, 1], WATCH)
    assert pair == Pair(1, 4, pair.correlation, mirrored=False)
    assert pair.correlation > 0.99


def test_images_that_are_all_alike_are_not_compared() -> None:
    with pytest.raises(TooAlikeError):
        similar_pairs(textures(1).repeat(200, 0), range(200), WATCH)


def test_no_image_gives_no_pair() -> None:
    assert similar_pairs(np.zeros((0, 32, 32), np.uint8), [], WATCH) == []
