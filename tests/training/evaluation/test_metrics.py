from __future__ import annotations

import pytest
import torch

from cifar_pipe.training.evaluation.metrics import (
    Counts,
    accuracy,
    confusion_matrix,
    count,
    f1,
    per_class_accuracy,
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


def test_among_equal_scores_the_first_class_goes_first() -> None:
    confusion, ranks = count(torch.zeros(3, 3), torch.tensor([0, 1, 2]))
    assert confusion.tolist() == [[1, 0, 0], [1, 0, 0], [1, 0, 0]]
    assert ranks.tolist() == [1, 1, 1]
