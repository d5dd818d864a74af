"""`weight: balanced`, against scikit-learn's formula and against the weights written out."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.core.loss_targets import unweighted
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Batching, Data
from cifar_pipe.data.store import Split
from cifar_pipe.errors import RunError
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.training.class_weights import note_imbalance, with_class_weights
from cifar_pipe.training.evaluation.evaluate import EvaluationJob, evaluate
from cifar_pipe.training.job import TrainingJob
from cifar_pipe.training.loop import train
from tests.kit import RecordedEvents, small

BALANCED = make("loss", "CrossEntropyLoss", weight="balanced")
# Eight images: 8 / (3 * 5), 8 / (3 * 2), 8 / (3 * 1).
LABELS = torch.tensor([0, 0, 0, 0, 0, 1, 1, 2])
WEIGHTS = [8 / 15, 4 / 3, 8 / 3]


def imbalanced() -> Data:
    images = torch.rand(8, 1, 2, 5, generator=torch.Generator().manual_seed(3))
    split = Split("train", images, LABELS)
    return Data({"train": split}, classes=("a", "b", "c"), batching=Batching(batch_size=4))


def test_rare_classes_weigh_as_much_as_frequent_ones() -> None:
    loss = with_class_weights(BALANCED, imbalanced())
    assert loss.get("weight") == pytest.approx(WEIGHTS)
    totals = torch.bincount(LABELS) * torch.tensor(loss.get("weight"))
    torch.testing.assert_close(totals, torch.full((3,), 8 / 3))


def test_a_class_without_training_images_weighs_nothing() -> None:
    split = Split("train", torch.rand(4, 1, 2, 5), torch.tensor([0, 0, 0, 1]))
    data = Data({"train": split}, classes=("a", "b", "c"))
    assert with_class_weights(BALANCED, data).get("weight") == pytest.approx([4 / 9, 4 / 3, 0])


def test_other_losses_stay_as_they_are() -> None:
    plain = make("loss", "CrossEntropyLoss", weight=[1, 2, 3])
    assert with_class_weights(plain, imbalanced()) is plain
    assert unweighted(plain) is plain
    assert unweighted(BALANCED).get("weight") is None


def test_it_trains_and_measures_with_these_weights(context: Context) -> None:
    written = make("loss", "CrossEntropyLoss", weight=WEIGHTS)
    networks, losses = [small(), small()], []
    for network, loss in zip(networks, (BALANCED, written), strict=True):
        spec = Train(epochs=2, loss=loss, optimizer=make("optimizer", "SGD", lr=0.1))
        history = train(TrainingJob(network, imbalanced(), spec, context))
        job = EvaluationJob(network, imbalanced(), "train", batch_size=8, loss=history.loss)
        losses.append(evaluate(job, context).loss)
    assert losses[0] == losses[1]
    torch.testing.assert_close(*(one.state_dict() for one in networks), rtol=0, atol=0)
    with torch.no_grad():
        outputs = networks[0](imbalanced().splits["train"].images)
    expected = nn.CrossEntropyLoss(weight=torch.tensor(WEIGHTS))(outputs, LABELS)
    assert losses[0] == pytest.approx(expected.item())


def test_targets_that_are_numbers_have_no_classes_to_count() -> None:
    split = Split("train", torch.rand(4, 1, 2, 5), torch.rand(4, 3))
    with pytest.raises(RunError, match="the targets are not classes"):
        with_class_weights(BALANCED, Data({"train": split}))


def test_classes_that_are_uneven_and_count_alike_are_noted_with_what_helps(
    context: Context, events: RecordedEvents
) -> None:
    for loss in ("CrossEntropyLoss", BALANCED):
        written = make("loss", loss) if isinstance(loss, str) else loss
        spec = Train(epochs=1, loss=written, optimizer=make("optimizer", "SGD", lr=0.1))
        note_imbalance(TrainingJob(small(), imbalanced(), spec, context))
    [noted] = context.facts["warnings"]
    assert noted["message"] == "the classes are uneven: 5 training images of a, 1 of c"
    assert noted["overrides"] == ["train.loss.weight=balanced"]
    assert events.warnings == []
