from __future__ import annotations

import pytest
import torch

from cifar_pipe.catalog.core.component import make
from cifar_pipe.errors import RunError
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


@pytest.mark.parametrize(
    ("loss", "form", "expected"),
    [
        (
            "CrossEntropyLoss",
            "probability",
            torch.nn.CrossEntropyLoss()(OUTPUTS, ONE_HOT),
        ),
        ("MSELoss", "signs", torch.nn.MSELoss()(OUTPUTS, 2 * ONE_HOT - 1)),
    ],
)
def test_a_form_can_be_declared(loss: str, form: str, expected: torch.Tensor) -> None:
    measured = criterion(make("loss", loss, target=form), device="cpu")(OUTPUTS, LABELS)
    assert torch.equal(measured, expected)


def test_a_form_that_the_loss_does_not_take_is_refused() -> None:
    with pytest.raises(RunError, match="NLLLoss does not take targets of the form signs") as raised:
        criterion(make("loss", "NLLLoss", target="signs"), device="cpu")
    assert raised.value.help == ("leave target out",)
    with pytest.raises(RunError) as raised:
        criterion(make("loss", "MSELoss", target="class index"), device="cpu")
    assert raised.value.help == ("write target: one-hot or signs",)
