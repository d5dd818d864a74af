from __future__ import annotations

import csv
import json
from typing import Literal

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
from cifar_pipe.training.evaluation.intervals import interval
from cifar_pipe.training.job import History
from tests.kit import RecordedEvents, layer, random_data, small

CROSS_ENTROPY = make("loss", "CrossEntropyLoss")
# Six images of cat, cat, cat, dog, dog, frog, whose pixels are the scores.
SCORES = [[3, 2, 1], [3, 1, 2], [2, 3, 1], [1, 3, 2], [1, 2, 3], [3, 2, 1]]
LABELS = [0, 0, 0, 1, 1, 2]
# The accuracy and the images of each class.
PER_CLASS = {"cat": (2 / 3, 3), "dog": (1 / 2, 2), "frog": (0.0, 1)}


@pytest.fixture
def known() -> dict[str, object]:
    """Data and a network of which 3 of 6 images are right: cat 2 of 3, dog 1 of 2, frog 0 of 1."""
    images = torch.tensor(SCORES, dtype=torch.float32).view(6, 1, 1, 3)
    split = Split("test", images, torch.tensor(LABELS))
    data = Data({"test": split}, classes=("cat", "dog", "frog"))
    return {"data": data, "model": build([layer("Flatten")], (1, 1, 3), seed=0)}


def test_it_prints_the_accuracy_with_its_interval_and_a_table_of_classes(
    known: dict[str, Network], context: Context, events: RecordedEvents
) -> None:
    run(Evaluate(metrics=[make("metric", "recall", average="none")]), known, context)
    assert events.said == [
        "accuracy: 50.0 % of 6 test images (95 % interval 18.8 to 81.2 %)",
        "class  accuracy  recall",
        "cat      66.7 %  66.7 %",
        "dog      50.0 %  50.0 %",
        "frog      0.0 %   0.0 %",
    ]


@pytest.mark.parametrize(
    ("wording", "shown"),
    [
        (
            "short",
            [
                *("class  accuracy", "c01     100.0 %", "c02     100.0 %", "c03     100.0 %"),
                "... 6 more, on the page",
                *("c09     100.0 %", "c10     100.0 %", "类别      0.0 %"),
            ],
        ),
        (
            "tutorial",
            [
                *(f"Accuracy for class: c{number:02}   is 100.0 %" for number in (1, 2, 3)),
                "... 6 more, on the page",
                *(f"Accuracy for class: c{number:02}   is 100.0 %" for number in (9, 10)),
                "Accuracy for class: 类别  is 0.0 %",
            ],
        ),
    ],
)
def test_of_many_classes_the_three_best_and_the_three_worst_are_shown(
    context: Context,
    events: RecordedEvents,
    wording: Literal["short", "tutorial"],
    shown: list[str],
) -> None:
    """Every image is right but that of one class; another class has none."""
    right = torch.tensor([*range(1, 12)])
    images = torch.nn.functional.one_hot(right, 12).float()
    images[-1], labels = images[0], right.clone()
    labels[-1] = 11
    names = ("none", *(f"c{number:02}" for number in range(1, 11)), "类别")
    split = Split("test", images.view(11, 1, 1, 12), labels)
    data = Data({"test": split}, classes=names)
    network = build([layer("Flatten")], (1, 1, 12), seed=0)
    run(Evaluate(wording=wording), {"data": data, "model": network}, context)
    assert events.said[1:] == shown


def test_it_prints_the_lines_of_the_tutorial(
    known: dict[str, Network], context: Context, events: RecordedEvents
) -> None:
    run(Evaluate(wording="tutorial"), known, context)
    assert events.said == [
        "Accuracy of the network on the 6 test images: 50.0 %",
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


def test_few_images_are_noted_with_what_measures_on_more(
    context: Context, events: RecordedEvents
) -> None:
    images = torch.tensor([[0.0, 1.0]] * 30 + [[1.0, 0.0]] * 30).view(60, 1, 1, 2)
    labels = torch.tensor([1] * 28 + [0] * 32)
    data = Data({"test": Split("test", images, labels)}, classes=("cat", "dog"))
    network = build([layer("Flatten")], (1, 1, 2), seed=0)
    history = History(1, 1, 1.0, 1.0, loss=CROSS_ENTROPY)
    run(Evaluate(), {"data": data, "model": network, "history": history}, context)
    [noted] = context.facts["warnings"]
    assert noted["of_several"] == (
        "60 images are few: accuracies can be off by up to 12 points (test split)"
    )
    words = (
        "60 images are few: the accuracy is between 89 and 99 %, as far as they tell (test split)"
    )
    assert (noted["message"], noted["options"], events.warnings) == (words, ["--folds 5"], [])


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
        *("split", "images", "accuracy", "accuracy_interval"),
        *("per_class_accuracy", "per_class_accuracy_interval"),
        *(
            "top_2_accuracy",
            "top_2_accuracy_interval",
            "f1",
            "weighted_f1",
            "per_class_recall",
            "cohen_kappa",
        ),
    }
    assert events.said[1:] == [
        "top_2_accuracy: 83.3 % (95 % interval 43.6 to 97.0 %)",
        "f1: 38.9 %",
        "weighted_f1: 50.0 %",
        "cohen_kappa: 0.182",
        "class  accuracy  recall",
        "cat      66.7 %  66.7 %",
        "dog      50.0 %  50.0 %",
        "frog      0.0 %   0.0 %",
    ]


def test_probabilities_are_measured_where_a_metric_asks_for_them(
    known: dict[str, Network], context: Context, events: RecordedEvents
) -> None:
    metrics = [
        make("metric", "auroc", average="none"),
        make("metric", "calibration_error", norm="max", n_bins=10),
        make("metric", "brier_score", scale_by_half=True),
        make("metric", "log_loss"),
    ]
    given = run(Evaluate(metrics=metrics, loss=CROSS_ENTROPY), known, context)["metrics"]
    assert given["log_loss"] == pytest.approx(given["loss"])
    assert list(given["per_class_auroc"]) == ["cat", "dog", "frog"]
    assert {"calibration_error_n_bins_10_norm_max", "brier_score_scale_by_half_true"} <= set(given)
    assert [line.split()[:2] for line in events.said if "auroc" in line] == [["class", "accuracy"]]


def test_each_share_of_images_has_its_interval(known: dict[str, Network], context: Context) -> None:
    metrics = [make("metric", "top_k_accuracy", k=2)]
    given = run(Evaluate(metrics=metrics), known, context)["metrics"]
    assert given["accuracy_interval"] == pytest.approx(interval(3 / 6, 6))
    assert given["top_2_accuracy_interval"] == pytest.approx(interval(5 / 6, 6))
    of_classes = {name: pytest.approx(interval(*of)) for name, of in PER_CLASS.items()}
    assert given["per_class_accuracy_interval"] == of_classes


def test_what_is_0_of_0_is_told(context: Context, events: RecordedEvents) -> None:
    images = torch.tensor([[0.0, 1.0, 0.0]] * 4).view(4, 1, 1, 3)
    labels = torch.tensor([0, 0, 1, 1])
    data = Data({"test": Split("test", images, labels)}, classes=("cat", "dog", "frog"))
    network = build([layer("Flatten")], (1, 1, 3), seed=0)
    metrics = [make("metric", name) for name in ("precision", "auroc")]
    given = run(Evaluate(metrics=metrics), {"data": data, "model": network}, context)["metrics"]
    assert (given["precision"], given["auroc"]) == (0.25, 0.5)
    assert [one.partition(": ")[2] for one in events.warnings] == [
        "precision leaves out what has neither images nor predictions: frog (test split)",
        "precision counts as 0 what has no predictions: cat (test split)",
        "auroc leaves out what has no images: frog (test split)",
    ]


def test_several_views_of_each_image_are_averaged(context: Context, events: RecordedEvents) -> None:
    """As a plain loop over the images and their mirror images has it."""
    data, network = random_data(test=40), small()
    views = [[], [make("transform", "RandomHorizontalFlip", p=1.0)]]
    inputs = {"data": data, "model": network}
    given = run(Evaluate(views=views, loss=CROSS_ENTROPY, batch_size=7), inputs, context)["metrics"]
    labels, shares = [], []
    network.eval()
    with torch.no_grad():
        for images, of_batch in data.batches("test", batch_size=40):
            both = network(images).softmax(1), network(images.flip(-1)).softmax(1)
            shares.append((both[0] + both[1]) / 2)
            labels.append(of_batch)
    mean, all_labels = torch.cat(shares), torch.cat(labels)
    assert given["accuracy"] == (mean.argmax(1) == all_labels).sum().item() / 40
    nll = torch.nn.functional.nll_loss(mean.log(), all_labels)
    assert given["loss"] == pytest.approx(nll.item())
    assert (given["views"], events.said[0]) == (2, "the mean of 2 views of each image:")
    alone = run(Evaluate(loss=CROSS_ENTROPY), inputs, context)["metrics"]
    assert alone["loss"] != pytest.approx(given["loss"])


def test_a_loss_of_scores_is_not_measured_of_views(
    known: dict[str, Network], context: Context, events: RecordedEvents
) -> None:

    history = History(1, 1, 1.0, 1.0, loss=make("loss", "BCEWithLogitsLoss"))
    given = run(Evaluate(views=[[]]), {**known, "history": history}, context)["metrics"]
    assert "loss" not in given
    words = "the loss is not measured: BCEWithLogitsLoss has no value for averaged views"
    assert events.said[0] == words


def test_the_loss_is_that_of_the_training_above(
    known: dict[str, Network], context: Context
) -> None:

    history = History(1, 1, 1.0, 1.0, loss=CROSS_ENTROPY)
    given = run(Evaluate(), {**known, "history": history}, context)["metrics"]
    assert given["loss"] == run(Evaluate(loss=CROSS_ENTROPY), known, context)["metrics"]["loss"]


def test_a_class_without_images_is_reported(context: Context, events: RecordedEvents) -> None:
    data = random_data(test=1)
    given = run(Evaluate(), {"model": small(), "data": data}, context)["metrics"]
    assert list(given["per_class_accuracy"].values()).count(None) == 2
    assert sum(line.endswith("no images") for line in events.said) == 2


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


def test_grad_cam_shows_the_worst_mistakes_and_changes_no_number(context: Context) -> None:
    data, layers = (
        random_data(shape=(3, 8, 8), classes=3),
        [
            layer("Conv2d", out_channels=4, kernel_size=3),
            layer("Flatten"),
            layer("Linear", out_features=3),
        ],
    )
    inputs = {"data": data, "model": build(layers, (3, 8, 8), seed=0)}
    split = next(iter(data.splits))
    plain = run(Evaluate(split=split), inputs, context)["metrics"]
    assert not (context.folder / "grad_cam.png").exists()
    assert run(Evaluate(split=split, grad_cam=True), inputs, context)["metrics"] == plain
    rows = json.loads((context.folder / "grad_cam.json").read_text())
    assert 0 < len(rows) <= 16
    assert all(row["label"] != row["predicted"] for row in rows)
    assert (context.folder / "grad_cam.png").read_bytes().startswith(b"\x89PNG")
