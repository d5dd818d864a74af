from __future__ import annotations

import base64
import io
import json

import numpy as np
import torch
from PIL import Image, PngImagePlugin

from cifar_pipe.report.pictures import TILES, image_row
from cifar_pipe.report.tiles import tiles_of
from tests.report.conftest import blots


def pixels(uri: str) -> torch.Tensor:
    content = base64.b64decode(uri.removeprefix("data:image/webp;base64,"))
    with Image.open(io.BytesIO(content)) as image:
        return torch.tensor(np.asarray(image.convert("RGB")))


def test_each_image_comes_with_its_caption_in_its_own_size() -> None:
    images = blots(10)
    captions = [f"类别 {number}\n(is {number})" for number in range(10)]
    marks = [number % 2 == 0 for number in range(10)]
    tiles = tiles_of(image_row(images, captions, marks=marks))
    assert [tuple(one.lines) for one in tiles] == [tuple(one.splitlines()) for one in captions]
    assert [one.is_right for one in tiles] == marks
    assert tiles[0].alt == "类别 0; (is 0)"
    assert {(one.width, one.height) for one in tiles} == {(128, 128)}
    for image, tile in zip(images, tiles, strict=True):
        found = pixels(tile.uri)
        assert found.shape == (32, 32, 3)
        # WebP loses a little.
        assert (found.float() - image.permute(1, 2, 0)).abs().mean() < 8


def test_a_large_image_is_shown_smaller() -> None:
    [tile] = tiles_of(image_row(torch.zeros(1, 3, 300, 150, dtype=torch.uint8), ["a"]))
    assert (tile.width, tile.height) == (96, 192)
    assert pixels(tile.uri).shape == (300, 150, 3)
    assert tile.is_right is None


def test_other_pictures_have_none() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "PNG")
    assert tiles_of(picture.getvalue()) == []
    assert tiles_of(b"") == []
    whole = image_row(blots(2), ["a", "b"])
    assert tiles_of(whole[: len(whole) // 2]) == []
    for facts in ("[", "[]", "{}", json.dumps({"size": [32], "tiles": [1]})):
        text, picture = PngImagePlugin.PngInfo(), io.BytesIO()
        text.add_text(TILES, facts)
        Image.new("RGB", (4, 4)).save(picture, "PNG", pnginfo=text)
        assert tiles_of(picture.getvalue()) == []
