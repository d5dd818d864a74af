from __future__ import annotations

import pytest
import torch

from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.model.network import build
from cifar_pipe.model.planning.shapes import check
from tests.kit import layer


def test_mean_takes_one_dimension_or_several() -> None:
    images = torch.randn(2, 3, 4, 5)
    assert torch.allclose(
        build([layer("Mean", dim=[2, 3])], (3, 4, 5), seed=0)(images), images.mean((2, 3))
    )
    kept = build([layer("Mean", keepdim=True)], (3, 4, 5), seed=0)(images)
    assert torch.allclose(kept, images.mean(1, keepdim=True))
    with pytest.raises(ProblemError, match="that is the batch"):
        check([layer("Mean", dim=[0, 1])], (3, 4, 5))
