from __future__ import annotations

import errno
import mmap
import os
from pathlib import Path

import pytest
import torch
from torch import Tensor

from cifar_pipe.data.kept_images import read_ahead as module
from cifar_pipe.data.kept_images.read_ahead import ReadAhead, read_ahead
from cifar_pipe.errors import RunError

PAGE = mmap.PAGESIZE
RANDOM, WILL_NEED = 1, 3


class Content:
    """What is asked of the system, instead of a map of 10 images of 6 pages each, the first half a page into it."""

    def __init__(self, size: int = 60 * PAGE) -> None:
        self.size_now = self.whole = size
        self.asked: list[tuple[int, ...]] = []

    def __len__(self) -> int:
        return self.whole

    def size(self) -> int:
        return self.size_now

    def madvise(self, *what: int) -> None:
        self.asked.append(what)


@pytest.fixture(autouse=True)
def advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_RANDOM", RANDOM)
    monkeypatch.setattr(module, "_WILL_NEED", WILL_NEED)
    monkeypatch.setattr(module, "_AHEAD", 12 * PAGE)


ALIKE = torch.full((10,), 6 * PAGE)


def ahead(content: Content, sizes: Tensor = ALIKE) -> ReadAhead:
    return read_ahead(Path("kept.images"), content, sizes)  # type: ignore[arg-type]


def test_images_are_asked_for_once_each_before_they_are_read() -> None:
    content = Content()
    ask = ahead(content).along(torch.tensor([7, 2, 9, 4, 0]))
    ask(1)
    asked = [(WILL_NEED, 6 * PAGE * image, 6 * PAGE) for image in (7, 2, 9, 4, 0)]
    assert content.asked == [(RANDOM,), *asked[:3]]
    ask(1)
    ask(2)
    ask(5)
    assert content.asked == [(RANDOM,), *asked]


def test_who_goes_on_within_an_epoch_asks_for_what_is_left() -> None:
    content = Content()
    ahead(content).along(torch.tensor([7, 2, 9, 4, 0]), first=3)(4)
    assert [begin // PAGE // 6 for _, begin, _ in content.asked[1:]] == [4, 0]


def test_an_image_is_asked_for_from_the_beginning_of_its_first_page() -> None:
    content = Content()
    ahead(content, torch.tensor([PAGE // 2, 6 * PAGE])).along(torch.tensor([1]))(1)
    assert content.asked[1:] == [(WILL_NEED, 0, 6 * PAGE + PAGE // 2)]


def test_who_has_some_of_the_images_asks_for_those() -> None:
    content = Content()
    ahead(content).chosen(torch.tensor([8, 5])).along(torch.tensor([1, 0]))(2)
    assert [begin // PAGE // 6 for _, begin, _ in content.asked[1:]] == [5, 8]


@pytest.mark.parametrize(("memory", "asks"), [(240, False), (60, True)])
def test_small_images_are_asked_for_where_memory_has_no_room_for_all(
    memory: int, asks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "most_memory", lambda: memory * PAGE)
    content = Content()
    ahead(content, torch.full((60,), PAGE)).along(torch.arange(60))(1)
    assert bool(content.asked) is asks


def test_a_system_without_such_calls_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_RANDOM", None)
    content = Content()
    ahead(content).along(torch.arange(10))(10)
    assert content.asked == []


def test_a_system_that_takes_no_advice_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(Content, "madvise", refuse)
    ahead(Content()).along(torch.arange(10))(10)


def test_a_file_that_was_cut_off_is_told_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "kept.images"
    path.write_bytes(bytes(60 * PAGE))
    with path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    found = read_ahead(path, content, torch.full((10,), 6 * PAGE))
    ask = found.along(torch.arange(10))
    ask(1)
    os.truncate(path, PAGE)
    with pytest.raises(RunError, match=r"kept\.images has been cut off while it was in use"):
        ask(5)
    with pytest.raises(RunError, match="cut off"):
        found.along(torch.arange(10))
