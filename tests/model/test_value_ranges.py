"""Between which numbers outputs lie: what rows say, and what is not known."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from pathlib import Path

import pytest
import torch
from torch import nn

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.entry import Entry
from cifar_pipe.catalog.core.facts import LayerFacts, Range, Values
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.torch.build import build
from cifar_pipe.model import value_ranges
from cifar_pipe.model.planning.shapes import check
from cifar_pipe.model.value_ranges import ValueRange, gives_probabilities, value_range
from tests.cases.edits import small
from tests.conftest import Done
from tests.kit import conv, layer

LINEAR = layer("Linear", out_features=3)
MOST = 1e30
# The distance of the points at which functions are tried out.
RESOLUTION = 0.005


class Gate(nn.Module):
    """A new layer of ours that keeps to [0, 1]."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return images.abs() / (1 + images.abs())


@pytest.fixture
def validate_gate(
    monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Done], tmp_path: Path
) -> Callable[[str, LayerFacts], Done]:
    """Checks a network that ends with the new layer, whose row says these facts."""
    monkeypatch.setattr(value_ranges, "Gate", Gate, raising=False)

    def with_facts(loss: str, facts: LayerFacts) -> Done:
        address = "cifar_pipe.model.value_ranges:Gate"
        row = Entry("layer", "Gate", "|x| / (1 + |x|).", address, facts=facts)
        monkeypatch.setitem(table_of("layer").entries, "Gate", row)  # type: ignore[arg-type]
        layers = "Flatten, {type: Linear, out_features: 10}, Gate"
        (tmp_path / "mine.yaml").write_text(small(layers=layers, loss=f"loss: {loss}"))
        return cli("validate", "mine.yaml")

    return with_facts


@pytest.mark.parametrize(
    ("facts", "is_accepted"),
    [
        (LayerFacts(), True),
        (LayerFacts(values=Range(0, 1)), True),
        (LayerFacts(values=Range(0.2, 0.8)), True),
        (LayerFacts(values=Values.FUNCTION), True),
        (LayerFacts(values=Range(-1, 1)), False),
        (LayerFacts(values=Values.KEPT), False),
    ],
)
def test_a_new_layer_before_bce_loss_is_judged_by_its_row(
    validate_gate: Callable[[str, LayerFacts], Done], facts: LayerFacts, is_accepted: bool
) -> None:
    done = validate_gate("BCELoss", facts)
    assert (done.status == 0) == is_accepted, done.err
    assert (
        "BCELoss takes probabilities, and the network ends with Gate" in done.err
    ) != is_accepted


def test_a_range_that_is_refused_is_shown(
    validate_gate: Callable[[str, LayerFacts], Done],
) -> None:
    done = validate_gate("BCELoss", LayerFacts(values=Range(-1, 1)))
    assert "its outputs lie between -1 and 1" in done.err


def test_a_new_layer_that_squashes_is_a_warning_before_cross_entropy(
    validate_gate: Callable[[str, LayerFacts], Done],
) -> None:
    done = validate_gate("CrossEntropyLoss", LayerFacts(values=Range(0, 1), squashes=True))
    assert "warning[last-layer]: CrossEntropyLoss applies LogSoftmax itself" in done.err
    done = validate_gate("CrossEntropyLoss", LayerFacts(values=Range(0, 1)))
    assert "last-layer" not in done.err


@pytest.mark.parametrize(
    ("layers", "low", "high"),
    [
        ([LINEAR], -MOST, MOST),
        ([layer("Sigmoid")], 0, 1),
        ([layer("Softmax", dim=1), layer("Flatten")], 0, 1),
        ([layer("LogSoftmax", dim=1)], -MOST, 0),
        ([LINEAR, layer("ReLU")], 0, MOST),
        ([LINEAR, layer("Hardtanh", min_val=-2.0, max_val=3.0)], -2, 3),
        ([layer("Sigmoid"), layer("Dropout", p=0.5)], 0, 2),
        ([layer("Sigmoid"), layer("ZeroPad2d", padding=1)], 0, 1),
        ([layer("Hardtanh", min_val=1.0, max_val=3.0), layer("PReLU")], 1, 3),
        ([layer("Sequential", layers=[layer("Sigmoid")], repeat=2)], 0.5, 0.7310585786300049),
        ([layer("Sigmoid"), layer("Residual", layers=[layer("Tanh")])], 0, 1.7615941559557649),
        ([layer("Sigmoid", id="a"), layer("Add", input=["a", "a"])], 0, 2),
        ([layer("Tanh", id="a"), layer("Multiply", input=["a", "a"])], -1, 1),
        (
            [
                layer("Sigmoid", id="a"),
                layer("Tanh", id="b", input="input"),
                layer("Concat", input=["a", "b"]),
            ],
            -1,
            1,
        ),
    ],
)
def test_the_range_of_a_list_of_layers(layers: list[Component], low: float, high: float) -> None:
    found = value_range(layers)
    assert (found.low, found.high) == pytest.approx((low, high))
    assert found.sure


@pytest.mark.parametrize(
    "layers",
    [
        [layer("ReLU")],
        [layer("Flatten")],
        [layer("Sigmoid"), layer("Upsample", size=4, mode="bicubic")],
        [layer("Sigmoid"), layer("ConstantPad2d", padding=1, value=9.0)],
        [layer("Sigmoid", id="a"), layer("Add", input=["a", "input"])],
    ],
)
def test_what_no_row_says_is_not_known(layers: list[Component]) -> None:
    found = value_range(layers)
    assert not found.sure
    assert found.may_be_within(0, 1)
    assert not gives_probabilities(layers)


def test_a_range_may_be_open_at_one_end() -> None:
    assert ValueRange(0, 5).may_be_within(low=0)
    assert not ValueRange(-1, 5).may_be_within(low=0, high=inf)


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, entry in table_of("layer").entries.items()
        if isinstance(entry.facts, LayerFacts) and entry.facts.values is Values.FUNCTION
    ],
)
@pytest.mark.parametrize("given", [(-3.0, 2.0), (0.0, 1.0), (-0.5, -0.1)])
def test_functions_stay_in_their_range(name: str, given: tuple[float, float]) -> None:
    arguments = {"threshold": 0.1, "value": 7.0} if name == "Threshold" else {}
    activation = layer(name, **arguments)
    found = value_range([activation], ValueRange(*given))
    values = build(activation)(torch.linspace(*given, 9999, dtype=torch.float64))
    assert values.min() >= found.low - RESOLUTION
    assert values.max() <= found.high + RESOLUTION


def test_in_evaluation_dropout_keeps_probabilities() -> None:
    assert gives_probabilities([layer("Softmax", dim=1), layer("Dropout")])
    assert not gives_probabilities([layer("LogSoftmax", dim=1)])
    assert not gives_probabilities([LINEAR])


def norm(exponent: float) -> Component:
    return layer("LPPool2d", norm_type=exponent, kernel_size=2)


@pytest.mark.parametrize(
    ("above", "source"),
    [
        ([conv(4)], "Conv2d"),
        ([conv(4), layer("MaxPool2d", kernel_size=2)], "Conv2d"),
        ([conv(4), layer("BatchNorm2d"), layer("Dropout2d")], "BatchNorm2d"),
        ([conv(4), layer("LeakyReLU")], "LeakyReLU"),
        ([layer("Tanh")], "Tanh"),
        ([conv(4), layer("Residual", layers=[layer("ReLU")])], "Residual"),
    ],
)
def test_negative_values_have_no_odd_norm(above: list[Component], source: str) -> None:
    with pytest.raises(Exception, match=f"NaN of negative values, which {source} gives"):
        check([*above, norm(1.5)], (3, 16, 16))


@pytest.mark.parametrize(
    "layers",
    [
        [norm(3)],
        [conv(4), norm(2)],
        [conv(4), norm(1)],
        [conv(4), layer("ReLU"), norm(1.5)],
        [conv(4), layer("ReLU"), layer("LeakyReLU"), norm(1.5)],
        [conv(4), layer("ReLU"), layer("MaxPool2d", kernel_size=2), norm(3)],
        [conv(4), norm(2), norm(3)],
    ],
)
def test_what_may_be_positive_is_accepted(layers: list[Component]) -> None:
    assert check(layers, (3, 16, 16))
