from __future__ import annotations

import pytest
import torch

from cifar_pipe.model.layers.position_embedding import PositionEmbedding


def test_it_adds_the_same_vectors_to_each_sequence() -> None:
    torch.manual_seed(0)
    positions = PositionEmbedding(50, 40)
    assert positions.weight.std().item() == pytest.approx(0.02, rel=0.1)
    sequence = torch.randn(2, 50, 40)
    assert torch.equal(positions(sequence), sequence + positions.weight)
