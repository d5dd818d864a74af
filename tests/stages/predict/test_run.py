from __future__ import annotations

import json

import pytest
import torch

from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data
from cifar_pipe.data.store import Split
from cifar_pipe.errors import RunError
from cifar_pipe.stages.predict.run import run
from cifar_pipe.stages.predict.spec import Predict
from tests.kit import RecordedEvents, random_data, small


def test_it_prints_the_lines_of_the_tutorial(context: Context, events: RecordedEvents) -> None:
    network, data = small(), random_data(test=6, classes=3)
    run(Predict(count=4, sample="first"), {"model": network, "data": data}, context)
    images, labels = next(data.batches("test", batch_size=4))
    _, predicted = torch.max(network(images), 1)
    classes = data.classes
    assert events.said == [
        ("GroundTruth:  " + " ".join(f"{classes[labels[j]]:5s}" for j in range(4))).rstrip(),
        ("Predicted:    " + " ".join(f"{classes[predicted[j]]:5s}" for j in range(4))).rstrip(),
    ]


def test_it_writes_the_predictions_and_their_picture(context: Context) -> None:
    network, data = small(), random_data(test=6)
    run(Predict(count=4, sample="first"), {"model": network, "data": data}, context)
    rows = json.loads((context.folder / "predictions.json").read_text())
    assert [row["index"] for row in rows] == [0, 1, 2, 3]
    images, _ = next(data.batches("test", batch_size=4))
    shares = network(images).softmax(1).amax(1).tolist()
    assert [row["probability"] for row in rows] == pytest.approx(shares)
    assert (context.folder / "predictions.png").read_bytes().startswith(b"\x89PNG")


def test_without_more_words_each_image_is_of_another_class(context: Context) -> None:
    """A folder holds the images of one class after the other: its first three are of one class."""
    labels = torch.tensor([0] * 5 + [1] * 5 + [2] * 5)
    data = Data({"test": Split("test", torch.rand(15, 1, 2, 5), labels)}, classes=tuple("abc"))
    run(Predict(count=3), {"model": small(), "data": data}, context)
    rows = json.loads((context.folder / "predictions.json").read_text())
    assert sorted(row["label"] for row in rows) == ["a", "b", "c"]
    assert [row["label"] for row in rows] == ["abc"[row["index"] // 5] for row in rows]


def test_more_than_there_are_means_all(context: Context) -> None:
    run(Predict(count=40), {"model": small(), "data": random_data(test=6)}, context)
    assert len(json.loads((context.folder / "predictions.json").read_text())) == 6


def test_numbers_as_targets_are_reported(context: Context) -> None:
    split = Split("test", torch.rand(4, 1, 2, 5), torch.rand(4, 3))
    with pytest.raises(RunError, match="the targets of this data are numbers"):
        run(Predict(), {"model": small(), "data": Data({"test": split})}, context)


def test_a_network_that_gives_nan_is_reported(context: Context) -> None:
    network = small()
    with torch.no_grad():
        network.get_parameter("fc.bias").fill_(torch.nan)
    with pytest.raises(RunError, match="NaN or infinite"):
        run(Predict(), {"model": network, "data": random_data(test=6)}, context)
