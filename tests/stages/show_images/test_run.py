"""show_images: the labels as the tutorial prints them, and the images as a picture."""

from __future__ import annotations

import json

import pytest

from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data
from cifar_pipe.errors import DataUnavailable
from cifar_pipe.stages.show_images.run import run
from cifar_pipe.stages.show_images.spec import ShowImages
from tests.kit import RecordedEvents, random_data


@pytest.fixture
def data() -> Data:
    return random_data(train=40, test=20, shape=(3, 8, 8), classes=10)


def test_labels_are_printed_as_the_tutorial_prints_them(
    context: Context, data: Data, events: RecordedEvents
) -> None:
    run(ShowImages(split="test", count=4), {"data": data}, context)
    written = json.loads((context.folder / "images.json").read_text())
    labels = [data.classes[label] for label in data.splits["test"].labels[:4].tolist()]
    assert written == {"split": "test", "labels": labels}
    assert events.said == [" ".join(f"{label:5s}" for label in labels).rstrip()]
    assert (context.folder / "images.png").read_bytes().startswith(b"\x89PNG")


def test_training_images_are_drawn_and_no_more_than_there_are(context: Context, data: Data) -> None:
    run(ShowImages(count=1000, transformed=True), {"data": data}, context)
    labels = json.loads((context.folder / "images.json").read_text())["labels"]
    assert len(labels) == 40
    assert labels != [data.classes[label] for label in data.splits["train"].labels.tolist()]


def test_a_split_that_is_not_there_is_reported(context: Context, data: Data) -> None:
    with pytest.raises(DataUnavailable, match="there is no val split, only train, test"):
        run(ShowImages(split="val"), {"data": data}, context)
