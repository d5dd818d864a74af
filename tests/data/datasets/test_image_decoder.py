from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.datasets.folder import default_loader
from torchvision.transforms.functional import pil_to_tensor

from cifar_pipe.data.datasets.image_decoder import decode_file
from tests.data.conftest import picture


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("rgb.jpg", "RGB"),
        ("grey.jpg", "L"),
        ("cmyk.jpg", "CMYK"),
        ("rgba.png", "RGBA"),
        ("grey.png", "L"),
        ("rgb.bmp", "RGB"),
        ("rgb.webp", "RGB"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*mode.*:DeprecationWarning")
def test_every_kind_of_image_is_read_as_torchvision_reads_it(
    tmp_path: Path, name: str, mode: str
) -> None:
    picture(tmp_path / name, (9, 5), mode)
    image = decode_file(tmp_path / name)
    assert image.shape == (3, 5, 9)
    assert torch.equal(image, pil_to_tensor(default_loader(str(tmp_path / name))))


@pytest.mark.parametrize("mode", ["P", "1", "LA", "I;16"])
def test_palettes_and_deep_greys_become_rgb(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "a.png"
    if mode == "I;16":
        Image.fromarray(np.full((5, 9), 300, dtype=np.uint16)).save(path)
    else:
        Image.new("L", (9, 5), 200).convert(mode).save(path)
    assert torch.equal(decode_file(path), pil_to_tensor(default_loader(str(path))))


def test_without_torchvisions_decoder_pillow_gives_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture(tmp_path / "a.jpg", (9, 5))
    image = decode_file(tmp_path / "a.jpg")
    monkeypatch.delattr("torchvision.io.decode_jpeg")
    assert torch.equal(decode_file(tmp_path / "a.jpg"), image)
