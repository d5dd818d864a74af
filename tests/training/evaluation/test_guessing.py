"""What guessing gives, and who does no better."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from cifar_pipe.catalog.core.component import make
from cifar_pipe.training.evaluation.guessing import loss_of_guessing, nothing_learned
from cifar_pipe.training.evaluation.metrics import Counts
from tests.kit import random_data


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ({"name": "CrossEntropyLoss"}, math.log(3)),
        ({"name": "CrossEntropyLoss", "reduction": "sum"}, math.log(3)),
        ({"name": "CrossEntropyLoss", "label_smoothing": 0.1}, math.log(3)),
        ({"name": "NLLLoss"}, math.log(3)),
        ({"name": "BCEWithLogitsLoss"}, math.log(2)),
        # One output of three ought to be 1, and all are 1/3.
        ({"name": "BCELoss"}, -(math.log(1 / 3) + 2 * math.log(2 / 3)) / 3),
        ({"name": "MSELoss"}, 1 / 3),
        ({"name": "MultiMarginLoss"}, 2 / 3),
        ({"name": "KLDivLoss", "reduction": "batchmean"}, math.log(3)),
    ],
    ids=lambda one: one["name"] if isinstance(one, dict) else "",
)
def test_the_loss_of_a_network_that_gives_all_classes_the_same(
    loss: dict[str, Any], expected: float
) -> None:
    component = make("loss", loss["name"], **{k: v for k, v in loss.items() if k != "name"})
    assert loss_of_guessing(component, random_data(), (3,)) == pytest.approx(expected, rel=1e-5)


def counts(*rows: list[int]) -> Counts:
    matrix = torch.tensor(rows)
    return Counts(
        matrix, torch.zeros(len(rows), dtype=torch.int64), ("cat", "dog", "fox")[: len(rows)]
    )


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        ([[0, 30], [0, 30]], "the network takes every image for dog"),
        (
            [[16, 14], [15, 15]],
            "the accuracy, 51.7 %, is not clearly above chance: taking every image for cat",
        ),
        # Nineteen of twenty are cats, and it knows hardly more than that.
        (
            [[189, 1], [9, 1]],
            "the accuracy, 95.0 %, is not clearly above chance: taking every image for cat",
        ),
        ([[25, 5], [6, 24]], None),
        # One class alone cannot be told from others; of few images nothing can be said.
        ([[30, 0], [0, 0]], None),
        ([[0, 3], [0, 3]], None),
    ],
)
def test_a_network_that_knows_no_more_than_chance(
    matrix: list[list[int]], words: str | None
) -> None:
    found = nothing_learned(counts(*matrix))
    assert (found is None) is (words is None)
    assert (found or "").startswith(words or "")
