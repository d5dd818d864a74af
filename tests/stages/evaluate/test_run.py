from __future__ import annotations

import csv
import json

import pytest
import torch

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data
from cifar_pipe.data.store import Split
from cifar_pipe.errors import RunError
from cifar_pipe.model.network import Network, build
from cifar_pipe.stages.evaluate.run import run
from cifar_pipe.stages.evaluate.spec import Evaluate
from tests.kit import RecordedEvents, layer, random_data, small

CROSS_ENTROPY = make("loss", "CrossEntropyLoss")
# Six images of cat, cat, cat, dog, dog, frog, whose pixels are the scores.
SCORES = [[3, 2, 1], [3, 1, 2], [2, 3, 1], [1, 3, 2], [1, 2, 3], [3, 2, 1]]
LABELS = [0, 0, 0, 1, 1, 2]


@pytest.fixture
def known() -> dict[str, object]:
    """Data and a network of which 3 of 6 images are right: cat 2 of 3, dog 1 of 2, frog 0 of 1."""
    images = torch.tensor(SCORES, dtype=torch.float32).view(6, 1, 1, 3)
    split = Split("test", images, torch.tensor(LABELS))
    data = Data({"test": split}, classes=("cat", "dog", "frog"))
    return {"data": data, "model": build([layer("Flatten")], (1, 1, 3), seed=0)}


def test_it_prints_the_lines_of_the_tutorial(
    known: dict[str, Network], context: Context, events: RecordedEvents
) -> None:
    run(Evaluate(), known, context)
    assert events.said == [
        "Accuracy of the network on the 6 test images: 50 %",
        "Accuracy for class: cat   is 66.7 %",
        "Accuracy for class: dog   is 50.0 %",
        "Accuracy for class: frog  is 0.0 %",
    ]


def test_its_output_its_file_and_its_facts_are_one(
    known: dict[str, Network], context: Context
) -> None:
    given = run(Evaluate(loss=CROSS_ENTROPY), known, context)["metrics"]
    assert given["accuracy"] == 0.5
    assert given["per_class_accuracy"] == {"cat": 2 / 3, "dog": 0.5, "frog": 0.0}
    assert (given["split"], given["images"]) == ("test", 6)
    expected = torch.nn.CrossEntropyLoss()(torch.tensor(SCORES).float(), torch.tensor(LABELS))
    assert given["loss"] == pytest.approx(expected.item())
    assert json.loads((context.folder / "metrics.json").read_text()) == given
    assert context.facts["metrics"] == given


def test_a_network_that_gives_one_class_alone_is_reported(
    context: Context, events: RecordedEvents
) -> None:
    images = torch.tensor([[0.0, 1.0]] * 20).view(20, 1, 1, 2)
    data = Data({"test": Split("test", images, torch.tensor([0, 1] * 10))}, classes=("cat", "dog"))
    network = build([layer("Flatten")], (1, 1, 2), seed=0)
    run(Evaluate(), {"data": data, "model": network}, context)
    words = "the network takes every image for dog (test split)"
    assert (events.warnings, context.facts["warnings"]) == (
        [f"{context.stage}: {words}"],
        [{"message": words}],
    )


def test_the_confusion_matrix_is_a_table_with_names(
    known: dict[str, Network], context: Context
) -> None:
    run(Evaluate(), known, context)
    with (context.folder / "confusion_matrix.csv").open() as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["", "cat", "dog", "frog"],
        ["cat", "2", "1", "0"],
        ["dog", "0", "1", "1"],
        ["frog", "1", "0", "0"],
    ]


def test_what_is_asked_for_is_measured_beside_the_accuracy(
    known: dict[str, Network], context: Context, events: RecordedEvents
) -> None:
    metrics = [
        make("metric", "top_k_accuracy", k=2),
        make("metric", "f1"),
        make("metric", "f1", average="weighted"),
        make("metric", "recall", average="none"),
        make("metric", "cohen_kappa"),
    ]
    given = run(Evaluate(metrics=metrics), known, context)["metrics"]
    assert set(given) == {
        *("split", "images", "accuracy", "accuracy_interval", "per_class_accuracy"),
        *("top_2_accuracy", "f1", "weighted_f1", "per_class_recall", "cohen_kappa"),
    }
    assert events.said[4:] == [
        "top_2_accuracy: 83.3 %",
        "f1: 38.9 %",
        "weighted_f1: 50.0 %",
        "recall for class: cat   is 66.7 %",
        "recall for class: dog   is 50.0 %",
        "recall for class: frog  is 0.0 %",
        "cohen_kappa: 0.182",
    ]


def test_the_loss_is_that_of_the_training_above(
    known: dict[str, Network], context: Context
) -> None:
    from cifar_pipe.training.job import History

    history = History(1, 1, 1.0, 1.0, loss=CROSS_ENTROPY)
    given = run(Evaluate(), {**known, "history": history}, context)["metrics"]
    assert given["loss"] == run(Evaluate(loss=CROSS_ENTROPY), known, context)["metrics"]["loss"]


def test_a_class_without_images_is_reported(context: Context, events: RecordedEvents) -> None:
    data = random_data(test=1)
    given = run(Evaluate(), {"model": small(), "data": data}, context)["metrics"]
    assert list(given["per_class_accuracy"].values()).count(None) == 2
    assert sum("is not known: it has no images" in line for line in events.said) == 2


def test_numbers_as_targets_have_a_loss_and_no_accuracy(
    context: Context, events: RecordedEvents
) -> None:
    split = Split("test", torch.rand(4, 1, 2, 5), torch.rand(4, 3))
    inputs = {"model": small(), "data": Data({"test": split})}
    given = run(Evaluate(loss=make("loss", "MSELoss")), inputs, context)["metrics"]
    assert set(given) == {"split", "images", "loss"}
    assert events.said[0].startswith("Loss of the network on the 4 test images: ")
    with pytest.raises(RunError, match="accuracy: these need classes"):
        run(Evaluate(metrics=[make("metric", "accuracy")]), inputs, context)
