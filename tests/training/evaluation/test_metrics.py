from __future__ import annotations

import pytest
import torch

from cifar_pipe.training.evaluation.metrics import (
    Counts,
    accuracy,
    balanced_accuracy,
    cohen_kappa,
    confusion_matrix,
    count,
    f1,
    matthews_corrcoef,
    per_class_accuracy,
    precision,
    recall,
    top_k_accuracy,
)

# Six images of cat, cat, cat, dog, dog, frog: predicted cat, cat, dog, dog, frog, cat.
SCORES = torch.tensor(
    [
        [3.0, 2.0, 1.0],
        [3.0, 1.0, 2.0],
        [2.0, 3.0, 1.0],
        [1.0, 3.0, 2.0],
        [1.0, 2.0, 3.0],
        [3.0, 2.0, 1.0],
    ]
)
LABELS = torch.tensor([0, 0, 0, 1, 1, 2])
COUNTS = Counts(*count(SCORES, LABELS), ("cat", "dog", "frog"))


def test_the_confusion_matrix_has_true_classes_as_rows() -> None:
    assert confusion_matrix(COUNTS) == [[2, 1, 0], [0, 1, 1], [1, 0, 0]]


def test_accuracy_is_the_share_on_the_diagonal() -> None:
    assert accuracy(COUNTS) == 3 / 6


def test_accuracy_per_class() -> None:
    assert per_class_accuracy(COUNTS) == {"cat": 2 / 3, "dog": 1 / 2, "frog": 0.0}


def test_a_class_without_images_has_no_accuracy() -> None:
    counts = Counts(*count(SCORES[:3], LABELS[:3]), ("cat", "dog", "frog"))
    assert per_class_accuracy(counts) == {"cat": 2 / 3, "dog": None, "frog": None}


@pytest.mark.parametrize(("k", "share"), [(1, 3 / 6), (2, 5 / 6), (3, 1.0), (5, 1.0)])
def test_top_k_counts_the_k_highest_scores(k: int, share: float) -> None:
    assert top_k_accuracy(COUNTS, k=k) == share


def test_f1_is_averaged_over_the_classes() -> None:
    cat, dog, frog = 2 * 2 / (3 + 3), 2 * 1 / (2 + 2), 0.0
    assert f1(COUNTS) == pytest.approx((cat + dog + frog) / 3)


def test_a_class_that_neither_occurs_nor_is_predicted_has_no_f1() -> None:
    # The classes are 0, 1 and 3 of four; class 3 is predicted once and does not occur.
    matrix = torch.tensor([[3, 1, 0, 0], [0, 2, 0, 1], [0, 0, 0, 0], [0, 0, 0, 0]])
    counts = Counts(matrix, torch.zeros(4, dtype=torch.int64), ("cat", "dog", "frog", "plane"))
    assert f1(counts) == pytest.approx((2 * 3 / (4 + 3) + 2 * 2 / (3 + 3) + 0.0) / 3)


@pytest.mark.parametrize("kept", [range(5), range(3)])
def test_all_metrics_are_those_of_scikit_learn(kept: range) -> None:
    """With all five classes among the labels, and with three of them."""
    measures = pytest.importorskip("sklearn.metrics")
    generator = torch.Generator().manual_seed(3)
    outputs = torch.randn(200, 5, generator=generator)
    labels = torch.randint(len(kept), (200,), generator=generator)
    outputs[:, len(kept) :] -= 100  # a class that does not occur is not predicted
    counts = Counts(*count(outputs, labels), ("a", "b", "c", "d", "e"))
    predicted = outputs.argmax(1)
    recalls = measures.recall_score(labels, predicted, average=None, labels=list(kept))
    assert (
        confusion_matrix(counts)
        == measures.confusion_matrix(labels, predicted, labels=range(5)).tolist()
    )
    assert accuracy(counts) == pytest.approx(measures.accuracy_score(labels, predicted))
    assert f1(counts) == pytest.approx(measures.f1_score(labels, predicted, average="macro"))
    assert list(per_class_accuracy(counts).values())[: len(kept)] == pytest.approx(list(recalls))
    for average in ("macro", "micro", "weighted"):
        for ours, theirs in (
            (precision, measures.precision_score),
            (recall, measures.recall_score),
            (f1, measures.f1_score),
        ):
            wanted = theirs(labels, predicted, average=average, zero_division=0)
            assert ours(counts, average=average) == pytest.approx(wanted)
    each = f1(counts, average="none")
    assert isinstance(each, dict)
    wanted = measures.f1_score(labels, predicted, average=None)
    assert list(each.values())[: len(kept)] == pytest.approx(list(wanted))
    assert list(each.values())[len(kept) :] == [None] * (5 - len(kept))
    for ours, theirs in (
        (balanced_accuracy, measures.balanced_accuracy_score),
        (cohen_kappa, measures.cohen_kappa_score),
        (matthews_corrcoef, measures.matthews_corrcoef),
    ):
        assert ours(counts) == pytest.approx(theirs(labels, predicted))
    for k in (1, 2, 4):
        wanted = measures.top_k_accuracy_score(labels, outputs, k=k, labels=range(5))
        assert top_k_accuracy(counts, k=k) == pytest.approx(wanted)


def test_where_one_class_is_all_there_is_kappa_is_not_defined() -> None:
    """scikit-learn gives NaN, and 0 for the correlation."""
    counts = Counts(torch.tensor([[4, 0], [0, 0]]), torch.tensor([4, 0]), ("cat", "dog"))
    assert cohen_kappa(counts) is None
    assert matthews_corrcoef(counts) == 0.0


@pytest.mark.parametrize(
    ("labels", "predicted"),
    [
        ([0, 0, 0, 0], [0, 0, 1, 0]),  # all images are of one class
        ([0, 1, 1, 0], [1, 1, 1, 1]),  # all are taken for one
        ([0, 0, 2, 2], [0, 2, 2, 3]),  # 1 does not occur, 3 is predicted all the same
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_with_few_classes_all_metrics_are_those_of_scikit_learn(
    labels: list[int], predicted: list[int]
) -> None:
    measures = pytest.importorskip("sklearn.metrics")
    outputs = torch.nn.functional.one_hot(torch.tensor(predicted), 4).float()
    counts = Counts(*count(outputs, torch.tensor(labels)), ("a", "b", "c", "d"))
    for average in ("macro", "micro", "weighted"):
        for ours, theirs in (
            (precision, measures.precision_score),
            (recall, measures.recall_score),
            (f1, measures.f1_score),
        ):
            wanted = theirs(labels, predicted, average=average, zero_division=0)
            assert ours(counts, average=average) == pytest.approx(wanted)
    for ours, theirs in (
        (balanced_accuracy, measures.balanced_accuracy_score),
        (cohen_kappa, measures.cohen_kappa_score),
        (matthews_corrcoef, measures.matthews_corrcoef),
    ):
        assert ours(counts) == pytest.approx(theirs(labels, predicted))


def test_among_equal_scores_the_first_class_goes_first() -> None:
    confusion, ranks = count(torch.zeros(3, 3), torch.tensor([0, 1, 2]))
    assert confusion.tolist() == [[1, 0, 0], [1, 0, 0], [1, 0, 0]]
    assert ranks.tolist() == [1, 1, 1]
