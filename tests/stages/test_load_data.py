from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.errors import DataUnavailable
from cifar_pipe.stages.load_data import run as load_data
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.stages.show_images import run as show_images
from cifar_pipe.stages.show_images.spec import ShowImages


class Events_:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        self.lines.append(text)

    def note(self, text: str) -> None: ...

    def warn(self, text: str) -> None: ...

    def progress(self, label: str, total: int | None) -> Events_:
        return self

    def advance(self, count: int = 1, **shown: Any) -> None: ...

    def close(self) -> None: ...


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context("load_data", 0, "cpu", tmp_path, tmp_path, Events_(), lambda _: None, lambda: None)


def loaded(context: Context, **settings: Any) -> Any:
    shapes = make("dataset", "Shapes", train=40, test=20)
    spec = LoadData(dataset=shapes, transforms=[make("transform", "ToTensor")], **settings)
    return load_data.run(spec, {}, context)["data"]


def test_the_stage_writes_what_the_data_is(context: Context) -> None:
    loaded(context, validation_split=0.25)
    written = json.loads((context.folder / "data.json").read_text())
    assert written["dataset"] == "Shapes"
    assert written["stand_in"] is False
    assert (written["train"], written["val"], written["test"]) == (30, 10, 20)
    assert written["image_shape"] == [3, 32, 32]
    assert written["per_class"]["test"]["circle"] == 2
    assert context.facts["data"]["classes"][0] == "circle"


def test_labels_are_printed_as_the_tutorial_prints_them(context: Context) -> None:
    data = loaded(context, classes=["plane", "car", "bird", "cat", *"efghij"])
    show_images.run(ShowImages(split="test", count=4), {"data": data}, context)
    written = json.loads((context.folder / "images.json").read_text())
    labels = [data.classes[label] for label in data.splits["test"].labels[:4].tolist()]
    assert written == {"split": "test", "labels": labels}
    assert context.events.lines == [" ".join(f"{label:5s}" for label in labels)]
    assert (context.folder / "images.png").read_bytes().startswith(b"\x89PNG")


def test_training_images_are_drawn_and_no_more_than_there_are(context: Context) -> None:
    data = loaded(context)
    show_images.run(ShowImages(count=1000, transformed=True), {"data": data}, context)
    labels = json.loads((context.folder / "images.json").read_text())["labels"]
    assert len(labels) == 40
    assert labels != [data.classes[label] for label in data.splits["train"].labels.tolist()]


def test_a_split_that_is_not_there_is_reported(context: Context) -> None:
    with pytest.raises(DataUnavailable, match="there is no val split, only train, test"):
        show_images.run(ShowImages(split="val"), {"data": loaded(context)}, context)
