from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from cifar_pipe.errors import RunError
from cifar_pipe.training.evaluation.probabilities import (
    Probabilities,
    auroc,
    average_precision,
    brier_score,
    calibration_error,
    log_loss,
)


def of(outputs: Tensor, labels: Tensor, *, are_probabilities: bool = False) -> Probabilities:
    names = tuple("abcdefgh"[: outputs.shape[1]])
    return Probabilities.of(outputs, labels, names, are_probabilities=are_probabilities)


def drawn(classes: int, *, images: int = 300) -> tuple[Tensor, Tensor]:
    """Logits and labels that agree somewhat."""
    generator = torch.Generator().manual_seed(classes)
    labels = torch.randint(classes, (images,), generator=generator)
    outputs = torch.randn(images, classes, generator=generator) * 2
    outputs[range(images), labels] += 1
    return outputs, labels


@pytest.mark.parametrize("classes", [2, 5])
def test_they_are_those_of_scikit_learn(classes: int) -> None:
    measures = pytest.importorskip("sklearn.metrics")
    outputs, labels = drawn(classes)
    given, shares = of(outputs, labels), outputs.double().softmax(1).numpy()
    assert log_loss(given) == pytest.approx(measures.log_loss(labels, shares))
    _check_rankings(given, shares, measures)
    if classes == 2:
        assert auroc(given) == pytest.approx(measures.roc_auc_score(labels, shares[:, 1]))
        wanted = measures.brier_score_loss(labels, shares[:, 1])
        assert brier_score(given) == pytest.approx(wanted)


def test_equal_probabilities_rank_as_those_of_scikit_learn() -> None:
    measures = pytest.importorskip("sklearn.metrics")
    outputs, labels = drawn(5)
    shares = (8 * outputs.softmax(1)).round() / 8
    _check_rankings(of(shares, labels, are_probabilities=True), shares.numpy(), measures)


def _check_rankings(given: Probabilities, shares: Any, measures: Any) -> None:
    one_hot = torch.nn.functional.one_hot(given.labels, shares.shape[1]).numpy()
    for ours, theirs in (
        (auroc, measures.roc_auc_score),
        (average_precision, measures.average_precision_score),
    ):
        for average in ("macro", "weighted"):
            wanted = theirs(one_hot, shares, average=average)
            assert ours(given, average=average) == pytest.approx(wanted)
        each = ours(given, average="none")
        assert list(each.values()) == pytest.approx(theirs(one_hot, shares, average=None).tolist())


def test_the_brier_score_is_the_squared_distance_from_the_right_class() -> None:
    for classes, halved in ((2, True), (4, False)):
        outputs, labels = drawn(classes)
        distances = outputs.double().softmax(1) - torch.nn.functional.one_hot(labels, classes)
        whole = distances.square().sum(1).mean().item()
        given = of(outputs, labels)
        assert brier_score(given, scale_by_half=False) == pytest.approx(whole)
        assert brier_score(given, scale_by_half=True) == pytest.approx(whole / 2)
        assert brier_score(given) == pytest.approx(whole / 2 if halved else whole)


@pytest.mark.parametrize("n_bins", [1, 10, 15])
def test_the_calibration_error_compares_accuracy_and_confidence_by_intervals(n_bins: int) -> None:
    outputs, labels = drawn(4)
    confidence, predicted = outputs.double().softmax(1).max(1)
    found = []
    for number in range(n_bins):
        inside = (confidence > number / n_bins) & (confidence <= (number + 1) / n_bins)
        if inside.any():
            right = (predicted == labels)[inside].double().mean()
            distance = (right - confidence[inside].mean()).abs().item()
            found.append((inside.double().mean().item(), distance))
    given = of(outputs, labels)
    wanted = {
        "l1": sum(share * distance for share, distance in found),
        "l2": sum(share * distance**2 for share, distance in found) ** 0.5,
        "max": max(distance for _, distance in found),
    }
    for norm in ("l1", "l2", "max"):
        assert calibration_error(given, n_bins=n_bins, norm=norm) == pytest.approx(wanted[norm])


def test_a_class_without_images_has_no_value_and_does_not_count() -> None:
    outputs, labels = drawn(5)
    kept = labels < 3
    given = of(outputs[kept], labels[kept])
    for metric in (auroc, average_precision):
        each = metric(given, average="none")
        assert isinstance(each, dict)
        values = list(each.values())
        assert values[3:] == [None, None]
        assert metric(given) == pytest.approx(sum(values[:3]) / 3)


def test_of_images_of_one_class_there_is_nothing_to_rank() -> None:
    outputs, _ = drawn(3)
    given = of(outputs, torch.zeros(len(outputs), dtype=torch.int64))
    assert auroc(given) is average_precision(given, average="weighted") is None
    assert auroc(given, average="none") == {"a": None, "b": None, "c": None}
    assert 0 < calibration_error(given) < 1


def test_probabilities_near_one_keep_their_order() -> None:
    """In float32 all would be 1."""
    outputs = torch.tensor([[20.0, 0.0], [21.0, 0.0], [22.0, 0.0], [23.0, 0.0]])
    assert auroc(of(outputs, torch.tensor([1, 1, 0, 0]))) == 1
    assert auroc(of(outputs, torch.tensor([0, 1, 0, 1]))) == 0.25


def test_log_probabilities_and_probabilities_are_taken_as_what_they_are() -> None:
    outputs, labels = drawn(4)
    wanted = brier_score(of(outputs, labels))
    assert brier_score(of(outputs.log_softmax(1), labels)) == pytest.approx(wanted, rel=1e-6)
    shares = of(outputs.softmax(1), labels, are_probabilities=True)
    assert brier_score(shares) == pytest.approx(wanted, rel=1e-6)
    sure = of(torch.eye(4)[labels], labels, are_probabilities=True)
    assert (brier_score(sure), log_loss(sure), calibration_error(sure)) == (0, 0, 0)
    assert log_loss(of(1 - torch.eye(4)[labels], labels, are_probabilities=True)) < 37


def test_infinite_outputs_have_no_probabilities() -> None:
    with pytest.raises(RunError, match="infinite"):
        of(torch.tensor([[float("inf"), 0.0]]), torch.tensor([0]))
