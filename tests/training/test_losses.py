from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torchvision.ops import sigmoid_focal_loss

from cifar_pipe.training.losses import FocalLoss, SumOfDifferences


def test_it_is_the_sum_of_prediction_less_target_and_its_gradient_is_one() -> None:
    prediction = torch.tensor([[1.0, 5.0]], requires_grad=True)
    loss = SumOfDifferences()(prediction, torch.tensor([[2.0, 2.0]]))
    loss.backward()
    assert loss.item() == 2.0
    assert torch.equal(prediction.grad, torch.ones(1, 2))


LOGITS = torch.randn(6, 3, generator=torch.Generator().manual_seed(1))
LABELS = torch.tensor([0, 1, 2, 2, 1, 0])


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_focal_loss_without_focus_is_cross_entropy(reduction: str) -> None:
    focal = FocalLoss(gamma=0.0, reduction=reduction)(LOGITS, LABELS)
    torch.testing.assert_close(focal, F.cross_entropy(LOGITS, LABELS, reduction=reduction))


def test_focal_loss_is_its_formula_with_a_weight_per_class() -> None:
    weight = torch.tensor([0.5, 1.0, 2.0])
    focal = FocalLoss(gamma=2.0, weight=weight)(LOGITS, LABELS)
    p = LOGITS.softmax(1)[torch.arange(6), LABELS]
    torch.testing.assert_close(focal, (-weight[LABELS] * (1 - p) ** 2 * p.log()).mean())


def test_of_two_classes_it_is_torchvisions_sigmoid_focal_loss() -> None:
    """A softmax over [0, x] is a sigmoid of x."""
    x = LOGITS[:, 0]
    targets = torch.tensor([0, 1, 1, 0, 1, 0])
    ours = FocalLoss(gamma=2.0)(torch.stack([torch.zeros_like(x), x], 1), targets)
    theirs = sigmoid_focal_loss(x, targets.float(), alpha=-1, gamma=2.0, reduction="mean")
    torch.testing.assert_close(ours, theirs)
