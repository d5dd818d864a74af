from __future__ import annotations

import pytest

from cifar_pipe.catalog.core.entry import Entry, table
from cifar_pipe.catalog.core.lookup import table_of

RELU = Entry("layer", "ReLU", "max(0, x).", "torch.nn:ReLU")


def test_an_argument_that_is_left_out_has_its_reason() -> None:
    layers = table_of("layer")
    assert (
        layers.why_not("Conv2d", "device")
        == "the runner puts the network on its device: runtime.device"
    )
    assert layers.why_not("Hardtanh", "min_value") == "PyTorch's older name of min_val"
    assert layers.why_not("Conv2d", "min_value") is None


def test_a_name_is_in_a_table_once() -> None:
    with pytest.raises(AssertionError, match="appears twice"):
        table("layer", [RELU, RELU])
    with pytest.raises(AssertionError, match="both kept and left out"):
        table("layer", [RELU], {"ReLU": "it bends"})


def test_a_component_has_no_keys_beside_its_arguments_unless_its_table_says_so() -> None:
    assert not table("layer", [RELU]).keys(RELU).model_fields
    assert "id" in table_of("layer").keys(RELU).model_fields
