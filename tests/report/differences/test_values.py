"""Values of settings in words."""

from __future__ import annotations

from typing import Any

import pytest

from cifar_pipe.comparison.settings import ABSENT, Setting
from cifar_pipe.report.differences.values import value_texts

TO_TENSOR, FLIP = {"type": "ToTensor"}, {"type": "RandomHorizontalFlip", "p": 0.5}


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ((0.001, 1e-7), ["0.001", "1e-07"]),
        ((True, None), ["true", "none"]),
        ((ABSENT, {"type": "SGD", "lr": 0.1}), ["–", "SGD, lr 0.1"]),
        (([TO_TENSOR], [FLIP, TO_TENSOR]), ["…", "… + RandomHorizontalFlip, p 0.5"]),
        (([TO_TENSOR, FLIP], [FLIP, TO_TENSOR]), None),
        (([], [TO_TENSOR]), ["(empty)", "ToTensor"]),
    ],
)
def test_values_are_told_apart(values: tuple[Any, ...], texts: list[str] | None) -> None:
    found = value_texts(Setting(("x",), "x", values))
    if texts is None:
        assert found[0] != found[1]
    else:
        assert found == texts
