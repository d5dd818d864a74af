"""Where a formula answers, PyTorch makes the layer, runs it, and says the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.diagnostics.problem import Problem, ProblemError
from cifar_pipe.model.network import build_on_meta
from cifar_pipe.model.planning import on_meta
from cifar_pipe.model.planning.dimensions import check_dimensions, check_dims
from cifar_pipe.model.planning.formulas import table
from cifar_pipe.model.planning.formulas.table import FORMULAS, by_formula, takes_one_image
from cifar_pipe.model.planning.inferred_sizes import inferred_sizes
from cifar_pipe.model.planning.planned import LayerRow, Measured, weights_of
from cifar_pipe.model.planning.shapes import check, plan
from tests.kit import layer
from tests.model.planning.drawn import drawn_layer

SIZES = st.sampled_from((1, 2, 3, 4, 5, 7, 8, 12))
TYPES = sorted(FORMULAS)


@st.composite
def layers_on_images(draw: st.DrawFn, name: str) -> tuple[Component, tuple[int, ...]]:
    """A layer of the type, and the shape of an image that it may be given."""
    one = drawn_layer(draw, name)
    dimensions = draw(st.sampled_from(layer_facts(one).dimensions or (2, 3, 4)))
    shape = [draw(SIZES) for _ in range(dimensions - 1)]
    if draw(st.integers(0, 19)) == 0:
        shape[draw(st.integers(0, len(shape) - 1))] = draw(st.sampled_from((2**31, 2**45)))
    return one, tuple(shape)


def sizes_of(one: Component, shape: tuple[int, ...]) -> Mapping[str, Any] | None:
    """The inferred ones, None where the layer is refused before anything is measured."""
    try:
        check_dimensions(one, shape)
        check_dims(one, shape)
        return inferred_sizes(one, shape)
    except ProblemError:
        return None


def formula_of(one: Component, shape: tuple[int, ...]) -> Measured | None:
    sizes = sizes_of(one, shape)
    return None if sizes is None else by_formula(one, shape, sizes)


@pytest.mark.parametrize("name", TYPES)
def test_a_formula_says_what_pytorch_says(name: str) -> None:
    answered = 0

    @settings(max_examples=40, derandomize=True)
    @given(layers_on_images(name))
    def agrees(drawn: tuple[Component, tuple[int, ...]]) -> None:
        nonlocal answered
        one, shape = drawn
        if (made := formula_of(one, shape)) is not None:
            answered += 1
            known = on_meta.measure_on_meta(one, shape, dict(sizes_of(one, shape) or {}))
            assert made == known
            assert list(made.weights) == list(known.weights)

    agrees()
    assert answered > 1


def rows_of(
    layers: Sequence[Component], shape: tuple[int, ...]
) -> list[LayerRow] | tuple[Problem, ...]:
    try:
        return check(layers, shape)
    except ProblemError as error:
        return (error.problem,)


@st.composite
def networks(draw: st.DrawFn) -> tuple[list[Component], tuple[int, ...]]:
    """Some layers, the types that most networks have more often, and an image."""
    often = ("Conv2d", "ReLU", "MaxPool2d", "BatchNorm2d", "Flatten", "Linear", "Dropout")
    some = st.one_of(st.sampled_from(often), st.sampled_from(TYPES))
    layers = [drawn_layer(draw, draw(some)) for _ in range(draw(st.integers(1, 5)))]
    match draw(st.integers(0, 3)):
        case 0:
            layers = [layer("Residual", layers=layers), layer("Flatten")]
        case 1:
            layers = [layer("Sequential", layers=layers, repeat=2, trainable=False)]
    return layers, (draw(SIZES), draw(SIZES), draw(SIZES))


@settings(max_examples=100, derandomize=True)
@given(networks())
def test_networks_have_the_same_rows_and_errors_without_formulas(
    drawn: tuple[list[Component], tuple[int, ...]],
) -> None:
    found = rows_of(*drawn)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(table, "FORMULAS", {})
        assert rows_of(*drawn) == found


@settings(max_examples=60, derandomize=True)
@given(networks())
def test_weights_are_those_of_the_module(
    drawn: tuple[list[Component], tuple[int, ...]],
) -> None:
    try:
        planned = plan(*drawn)
    except ProblemError:
        return
    named = build_on_meta(*drawn).named_parameters()
    assert [(name, one.shape) for name, one in weights_of(planned).items()] == [
        (name, tuple(one.shape)) for name, one in named
    ]


@pytest.mark.parametrize("name", TYPES)
def test_a_layer_that_surely_takes_one_image_does_so_in_training(name: str) -> None:
    @settings(max_examples=15, derandomize=True)
    @given(layers_on_images(name))
    def takes_one(drawn: tuple[Component, tuple[int, ...]]) -> None:
        one, shape = drawn
        made = formula_of(one, shape)
        if made is not None and takes_one_image(name, made.shape) and prod(shape) < 10_000:
            network = build_on_meta([one], shape).train()
            with torch.device("meta"):
                network(torch.empty(1, *shape))

    takes_one()


def test_a_norm_over_one_value_is_not_sure_to_take_one_image() -> None:
    assert takes_one_image("BatchNorm2d", (8, 2, 1))
    assert not takes_one_image("BatchNorm2d", (8, 1, 1))
    assert not takes_one_image("BatchNorm1d", (8,))
    assert not takes_one_image("resnet18", (10,))


def test_each_formula_is_of_a_layer() -> None:
    assert set(FORMULAS) <= set(table_of("layer").entries)
