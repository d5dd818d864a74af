"""The functions of the kernels are those of PyTorch, within a few units of the last digit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

numba = pytest.importorskip("numba")

from cifar_pipe.training.engines.compiled.activations import functions  # noqa: E402

# Of 24 bits; PyTorch's own are within one.
UNITS = 3 * 2.0**-24


@numba.njit
def each(function: Callable[[float], float], x: object) -> None:
    for q in range(len(x)):  # type: ignore[arg-type]
        x[q] = function(x[q])  # type: ignore[index]


def computed(name: str, x: Tensor) -> Tensor:
    y = x.clone()
    each(getattr(functions, name), y.numpy())
    return y


def numbers() -> Tensor:
    """Small and large ones, of either sign, to where exp leaves what float32 holds."""
    source = torch.Generator().manual_seed(0)
    small = torch.logspace(-30, 0, 50_000)
    large = 86 * torch.rand(50_000, generator=source)
    middle = 5 * torch.rand(100_000, generator=source)
    whole = torch.cat([small, middle, large])
    return torch.cat([whole, -whole])


@pytest.mark.parametrize("name", ["exp", "expm1", "tanh", "erf"])
def test_a_function_is_exact_to_a_few_units_of_the_last_digit(name: str) -> None:
    x = numbers()
    exact = getattr(torch, name)(x.double())
    apart = (computed(name, x).double() - exact).abs() / exact.abs()
    assert float(apart.max()) < 2 * UNITS


@pytest.mark.parametrize("name", ["exp", "expm1", "tanh", "erf"])
def test_what_is_not_a_number_stays_and_the_ends_are_those_of_pytorch(name: str) -> None:
    x = torch.tensor([torch.nan, 0.0, -torch.inf, torch.inf])
    y = computed(name, x)
    assert y[0].isnan()
    torch.testing.assert_close(y[1:3], getattr(torch, name)(x)[1:3], rtol=0, atol=2e-38)
    assert y[3] == 1 if name in ("tanh", "erf") else y[3] > 1e38
