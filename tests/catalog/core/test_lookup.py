from __future__ import annotations

from cifar_pipe.catalog.core.entry import KINDS
from cifar_pipe.catalog.core.lookup import find, model_for, table_of


def test_a_model_is_made_once() -> None:
    entry = find("optimizer", "SGD")
    assert entry is not None
    assert model_for(entry) is model_for(entry)


def test_each_kind_has_a_table() -> None:
    assert [table_of(kind).kind for kind in KINDS] == list(KINDS)


def test_a_name_that_is_not_kept_is_not_found() -> None:
    assert find("layer", "LSTM") is None
