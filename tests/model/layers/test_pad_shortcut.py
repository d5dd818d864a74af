from __future__ import annotations

import pytest
import torch

from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.model.network import build
from cifar_pipe.model.planning.shapes import check
from tests.kit import layer


def test_pad_shortcut_slices_and_adds_channels_of_zeros() -> None:
    net = build([layer("PadShortcut", out_channels=5, stride=2)], (2, 5, 4), seed=0)
    images = torch.randn(3, 2, 5, 4)
    output = net(images)
    assert output.shape == (3, 5, 3, 2)
    assert torch.equal(output[:, 1:3], images[:, :, ::2, ::2])
    assert not output[:, 0].any()
    assert not output[:, 3:].any()


def test_pad_shortcut_cannot_take_channels_away() -> None:
    with pytest.raises(ProblemError, match="must not be below the input's 8"):
        check([layer("PadShortcut", out_channels=4)], (8, 4, 4))
