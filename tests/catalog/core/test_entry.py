from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from unittest.mock import ANY

import pytest

from cifar_pipe.catalog.core.entry import Arg, Entry, by_name, pytorch, table
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.core.types import Bool, Float

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
    with pytest.raises(AssertionError, match="ReLU appears twice"):
        list(table("layer", [RELU, RELU]).entries)


def test_rows_are_made_when_no_row_above_them_has_the_name() -> None:
    made = []

    def rows() -> Iterator[Entry]:
        for name in ("ReLU", "GELU", "Tanh"):
            made.append(name)
            yield replace(RELU, name=name)

    entries = table("layer", rows()).entries
    assert made == []
    assert (entries["GELU"].name, entries.get("ReLU"), made) == ("GELU", ANY, ["ReLU", "GELU"])
    assert "SiLU" not in entries
    assert [*entries] == made == ["ReLU", "GELU", "Tanh"]


def test_a_component_has_no_keys_beside_its_arguments_unless_its_table_says_so() -> None:
    assert not table("layer", [RELU]).keys(RELU).model_fields
    assert "id" in table_of("layer").keys(RELU).model_fields


def test_a_row_of_pytorch_has_its_address_and_page() -> None:
    row = pytorch("transform", "torchvision.transforms.v2", "Resize", "Scales images.")
    assert row.address == "torchvision.transforms.v2:Resize"
    assert row.link == (
        "https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.v2.Resize.html"
    )


def test_a_row_takes_the_usual_arguments_with_its_own_defaults() -> None:
    usual = {"inplace": Arg(Bool, ..., "Overwrite."), "slope": Arg(Bool, ..., "Slope below zero.")}
    row = RELU.takes(inplace=False, slope=Arg(Float, 0.1), other=Arg(Float, 0.2, "Other."))
    assert table("layer", [row], usual=usual).entries["ReLU"].args == {
        "inplace": Arg(Bool, False, "Overwrite."),
        "slope": Arg(Float, 0.1, "Slope below zero."),
        "other": Arg(Float, 0.2, "Other."),
    }


def test_names_are_left_out_by_their_reasons() -> None:
    assert by_name({"too new": "A B", "too old": "C"}) == {
        "A": "too new", "B": "too new", "C": "too old",
    }  # fmt: skip
