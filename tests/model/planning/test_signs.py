"""A norm of negative values: found where layers above surely give some."""

from __future__ import annotations

import pytest

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.model.planning.shapes import check
from tests.kit import layer

CONV = layer("Conv2d", out_channels=4, kernel_size=3, padding=1)


def norm(exponent: float) -> Component:
    return layer("LPPool2d", norm_type=exponent, kernel_size=2)


@pytest.mark.parametrize(
    ("above", "source"),
    [
        ([CONV], "Conv2d"),
        ([CONV, layer("MaxPool2d", kernel_size=2)], "Conv2d"),
        ([CONV, layer("BatchNorm2d"), layer("Dropout2d")], "BatchNorm2d"),
        ([CONV, layer("LeakyReLU")], "LeakyReLU"),
        ([layer("Tanh")], "Tanh"),
        ([CONV, layer("Residual", layers=[layer("ReLU")])], "Residual"),
    ],
)
def test_negative_values_have_no_odd_norm(above: list[Component], source: str) -> None:
    with pytest.raises(Exception, match=f"NaN of negative values, which {source} gives"):
        check([*above, norm(1.5)], (3, 16, 16))


@pytest.mark.parametrize(
    "layers",
    [
        [norm(3)],
        [CONV, norm(2)],
        [CONV, norm(1)],
        [CONV, layer("ReLU"), norm(1.5)],
        [CONV, layer("ReLU"), layer("LeakyReLU"), norm(1.5)],
        [CONV, layer("ReLU"), layer("MaxPool2d", kernel_size=2), norm(3)],
        [CONV, norm(2), norm(3)],
    ],
)
def test_what_may_be_positive_is_accepted(layers: list[Component]) -> None:
    assert check(layers, (3, 16, 16))
