from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
import torch
from PIL import Image

from cifar_pipe.data.batches import Data
from cifar_pipe.data.store import Split
from cifar_pipe.report.kept_images import OF_EACH_PAIR, WORST, chosen, keep, kept
from cifar_pipe.report.run_folder import StageFolder
from cifar_pipe.report.tables.answer_table import Answer


def named(one: Answer) -> tuple[int, int]:
    """The numbers of its classes."""
    return int(one.label[-1]), int(one.predicted[-1])


def answers(count: int, classes: int = 3) -> list[Answer]:
    """Every class is taken for the next; the loss rises with the place."""
    names = [f"class {index}" for index in range(classes)]
    return [
        Answer(i, names[i % classes], names[(i + (i % 2)) % classes], 0.5, i / 10)
        for i in range(count)
    ]


def test_first_come_the_mistakes_of_the_highest_loss() -> None:
    rows = answers(400)
    wrong = [one.index for one in reversed(rows) if not one.is_right]
    assert chosen(rows)[:WORST] == wrong[:WORST]


def test_of_every_kind_of_answer_there_are_some() -> None:
    rows = answers(400)
    found = chosen(rows)
    for label in range(3):
        for predicted in (label, (label + 1) % 3):
            pair = [i for i in found if named(rows[i]) == (label, predicted)]
            assert len(pair) >= OF_EACH_PAIR


def test_there_are_never_more_than_fit_and_none_twice() -> None:
    found = chosen(answers(20_000, classes=200), most=50)
    assert len(found) == len(set(found)) == 50


@pytest.fixture
def folder(tmp_path: Path) -> StageFolder:
    return StageFolder("evaluate", tmp_path, {})


def data_of(images: torch.Tensor | list[torch.Tensor]) -> Data:
    labels = torch.arange(len(images)) % 3
    return Data({"test": Split("test", images, labels)}, classes=("a", "b", "c"))


def test_the_images_are_read_back_by_their_places(folder: StageFolder) -> None:
    shades = torch.arange(90, dtype=torch.uint8).view(90, 1, 1, 1) * 2
    keep(answers(90), data_of(shades.expand(90, 3, 8, 8).clone()), "test", folder, seed=3)
    found = kept(folder)
    assert len(found.sample) == 20
    assert len(found.uris) > 50
    for index, uri in found.uris.items():
        content = base64.b64decode(uri.partition(",")[2])
        red, green, blue = Image.open(io.BytesIO(content)).convert("RGB").getpixel((4, 4))
        assert max(abs(one - 2 * index) for one in (red, green, blue)) <= 4


def test_large_images_are_made_smaller_and_other_sizes_fit(folder: StageFolder) -> None:
    images = [torch.zeros(3, 300, 200, dtype=torch.uint8)] * 3
    images += [torch.zeros(3, 20, 500, dtype=torch.uint8)] * 3
    keep(answers(6), data_of(images), "test", folder, seed=3)
    content = base64.b64decode(next(iter(kept(folder).uris.values())).partition(",")[2])
    assert Image.open(io.BytesIO(content)).size == (43, 64)


def test_what_is_damaged_reads_as_nothing(folder: StageFolder) -> None:
    assert kept(folder).uris == {}
    keep(answers(30), data_of(torch.zeros(30, 3, 8, 8, dtype=torch.uint8)), "test", folder, seed=3)
    (folder.path / "kept_images.png").write_bytes(b"\x89PNG half")
    assert kept(folder).uris == {}
