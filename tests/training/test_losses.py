from __future__ import annotations

import torch

from cifar_pipe.training.losses import SumOfDifferences


def test_it_is_the_sum_of_prediction_less_target_and_its_gradient_is_one() -> None:
    prediction = torch.tensor([[1.0, 5.0]], requires_grad=True)
    loss = SumOfDifferences()(prediction, torch.tensor([[2.0, 2.0]]))
    loss.backward()
    assert loss.item() == 2.0
    assert torch.equal(prediction.grad, torch.ones(1, 2))
