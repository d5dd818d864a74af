from __future__ import annotations

from copy import deepcopy

import pytest

from cifar_pipe.catalog.core.component import make


def test_inferred_arguments_may_be_left_out_and_written() -> None:
    assert make("layer", "Linear", out_features=10).given == {"out_features": 10}
    assert make("layer", "Linear", in_features=400, out_features=10).get("in_features") == 400


def test_a_whole_number_is_a_float() -> None:
    assert make("optimizer", "SGD", lr=1).get("lr") == 1.0


def test_the_common_keys_of_a_kind_are_apart() -> None:
    layer = make("layer", "ReLU", id="act")
    assert (layer.given, layer.common) == ({}, {"id": "act"})
    scheduler = make("scheduler", "OneCycleLR", max_lr=0.1, per="epoch")
    assert (scheduler.given, scheduler.common) == ({"max_lr": 0.1}, {"per": "epoch"})


def test_an_unknown_name_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        make("layer", "LSTM")


def test_a_deep_copy_is_the_component_itself() -> None:
    layer = make("layer", "ReLU")
    assert deepcopy([layer])[0] is layer
