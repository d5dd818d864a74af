from __future__ import annotations

import sys

import pytest

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.data.datasets.digits import load_digits
from cifar_pipe.errors import DataUnavailable


def test_digits_use_the_whole_range_of_bytes(context: Context) -> None:
    pytest.importorskip("sklearn")
    read = load_digits(make("dataset", "Digits"), context)
    train, test = read.by_name["train"], read.by_name["test"]
    assert train.images.shape == (1438, 1, 8, 8)
    assert len(test) == 359
    assert (train.images.min(), train.images.max()) == (0, 255)
    assert min(train.per_class(10)) > 120


def test_digits_without_scikit_learn_say_how_to_get_it(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(DataUnavailable, match="Digits needs scikit-learn") as raised:
        load_digits(make("dataset", "Digits"), context)
    assert raised.value.help == ("pip install 'cifar-pipe[digits]'",)
