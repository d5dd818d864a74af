from __future__ import annotations

import pytest
import torch

from cifar_pipe.catalog.component import make
from cifar_pipe.training.targets import criterion, targets_like

OUTPUTS = torch.tensor([[0.5, -1.0, 2.0], [0.0, 3.0, 1.0]])
LABELS = torch.tensor([2, 0])
ONE_HOT = torch.tensor([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])


def test_labels_become_one_hot() -> None:
    assert torch.equal(targets_like(OUTPUTS, LABELS), ONE_HOT)


def test_numbers_are_viewed_in_the_shape_of_the_outputs() -> None:
    """PyTorch would broadcast [4] against [4, 1] to [4, 4]."""
    targets = targets_like(torch.zeros(4, 1), torch.arange(4.0))
    assert targets.shape == (4, 1)


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ("CrossEntropyLoss", torch.nn.CrossEntropyLoss()(OUTPUTS, LABELS)),
        ("NLLLoss", torch.nn.NLLLoss()(OUTPUTS, LABELS)),
        ("MSELoss", torch.nn.MSELoss()(OUTPUTS, ONE_HOT)),
        ("BCEWithLogitsLoss", torch.nn.BCEWithLogitsLoss()(OUTPUTS, ONE_HOT)),
    ],
)
def test_each_loss_gets_its_own_form(loss: str, expected: torch.Tensor) -> None:
    measured = criterion(make("loss", loss), device="cpu")(OUTPUTS, LABELS)
    assert torch.equal(measured, expected)
