from __future__ import annotations

import pytest
import torch

from cifar_pipe.training.evaluation.answers import Answers

LOGITS = torch.tensor([[2.0, 0.0, 1.0], [0.0, 0.0, 3.0]])
LABELS = torch.tensor([0, 1])


def test_the_loss_is_the_cross_entropy_of_each_image() -> None:
    answers = Answers.of(LOGITS, LABELS, are_probabilities=False)
    expected = torch.nn.functional.cross_entropy(LOGITS, LABELS, reduction="none")
    assert answers.losses.tolist() == pytest.approx(expected.tolist())
    assert answers.predicted.tolist() == [0, 2]
    assert answers.probabilities.tolist() == pytest.approx(LOGITS.softmax(1).amax(1).tolist())


def test_probabilities_and_log_probabilities_give_the_same() -> None:
    expected = Answers.of(LOGITS, LABELS, are_probabilities=False)
    for outputs, are in ((LOGITS.softmax(1), True), (LOGITS.log_softmax(1), False)):
        found = Answers.of(outputs, LABELS, are_probabilities=are)
        assert found.losses.tolist() == pytest.approx(expected.losses.tolist(), rel=1e-5)
        assert found.probabilities.tolist() == pytest.approx(expected.probabilities.tolist())


def test_nothing_is_nan_where_a_network_is_certain() -> None:
    sure = torch.tensor([[torch.inf, 0.0], [torch.inf, 0.0]])
    found = Answers.of(sure, torch.tensor([0, 1]), are_probabilities=False)
    assert found.predicted.tolist() == [0, 0]
    assert found.probabilities.tolist() == [1.0, 1.0]
    never = Answers.of(torch.tensor([[1.0, 0.0]]), torch.tensor([1]), are_probabilities=True)
    assert 80 < never.losses.item() < 100


def test_batches_are_joined_in_their_order() -> None:
    parts = [
        Answers.of(one[None], label[None], are_probabilities=False)
        for one, label in zip(LOGITS, LABELS, strict=True)
    ]
    whole = Answers.of(LOGITS, LABELS, are_probabilities=False)
    assert Answers.joined(parts).losses.tolist() == whole.losses.tolist()
