"""Training images before and after their random transforms."""

from __future__ import annotations

import io

import torch
from PIL import Image

from cifar_pipe.catalog.core.component import make
from cifar_pipe.data.batches import Batching, Data
from cifar_pipe.data.store import Split
from cifar_pipe.report.looks.augmentation import before_and_after


def data_with(*transforms: str) -> Data:
    images = torch.randint(0, 255, (40, 3, 8, 8), dtype=torch.uint8)
    split = Split("train", images, torch.zeros(40, dtype=torch.int64))
    chosen = [make("transform", name) for name in transforms]
    return Data({"train": split}, classes=("a",), batching=Batching(transforms=chosen))


def test_eight_images_are_above_what_three_epochs_make_of_them() -> None:
    content = before_and_after(data_with("RandomHorizontalFlip", "ToTensor"))
    assert content is not None
    picture = Image.open(io.BytesIO(content))
    assert picture.size == (8 * 104 - 8, 4 * 104 - 8 + 20)
    first, second = picture.crop((0, 0, 96, 96)), picture.crop((0, 124, 96, 220))
    turned = first.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    assert second.tobytes() in (first.tobytes(), turned.tobytes())


def test_transforms_that_draw_nothing_are_not_shown() -> None:
    assert before_and_after(data_with("ToTensor")) is None


def test_data_without_a_training_split_has_nothing_to_show() -> None:
    split = Split("test", torch.zeros(2, 3, 8, 8, dtype=torch.uint8), torch.zeros(2))
    assert before_and_after(Data({"test": split}, classes=("a",))) is None
