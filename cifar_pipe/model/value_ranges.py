"""Between which numbers the outputs of a network lie, as far as its layers' facts say.

Interval arithmetic from the network's input to its end. A layer whose row says nothing of its
values makes the range unknown, and so does the network's input.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import inf

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import Range, Values, layer_facts
from cifar_pipe.catalog.core.layer_lists import run_by, sources
from cifar_pipe.model.planning.planned import Planned, layer_error

# Used for infinity: a function of it is still a number.
_MOST = 1e30


@dataclass(frozen=True, slots=True)
class ValueRange:
    """All values lie from `low` to `high` if `sure`; otherwise nothing is known for certain."""

    low: float = -_MOST
    high: float = _MOST
    sure: bool = True

    def may_be_within(self, low: float = -inf, high: float = inf) -> bool:
        """Whether all values can be taken by what takes those from `low` to `high`."""
        return (self.low >= low and self.high <= high) or not self.sure

    @property
    def is_bounded(self) -> bool:
        return self.low > -_MOST and self.high < _MOST

    def with_zero(self) -> ValueRange:
        return replace(self, low=min(self.low, 0.0), high=max(self.high, 0.0))


UNKNOWN = ValueRange(sure=False)


def value_range(
    layers: Sequence[Component], given: ValueRange = UNKNOWN, *, training: bool = True
) -> ValueRange:
    """Of what a list of layers makes of values in the range `given`."""
    found: list[ValueRange] = []
    for index in range(len(layers)):
        taken = [given if at is None else found[at] for at in sources(layers, index)]
        found.append(layer_range(run_by(layers, index), taken, training=training))
    return found[-1]


def gives_probabilities(layers: Sequence[Component]) -> bool:
    """Whether the network's outputs, in evaluation, surely lie between 0 and 1."""
    found = value_range(layers, training=False)
    return found.sure and found.may_be_within(0, 1)


def layer_range(
    layer: Component, taken: Sequence[ValueRange], *, training: bool = True
) -> ValueRange:
    """Of one layer, which takes inputs in these ranges: several where it joins layers."""
    one = taken[0]
    if layer.name == "Sequential":
        for _ in range(layer.get("repeat")):
            one = value_range(layer.get("layers"), one, training=training)
        return one
    if layer.name == "Residual":
        lists = (layer.get("layers"), layer.get("shortcut"))
        taken = [value_range(inner, one, training=training) if inner else one for inner in lists]
    return _range(layer, taken, training=training)


def _range(layer: Component, taken: Sequence[ValueRange], *, training: bool) -> ValueRange:
    facts, one = layer_facts(layer), taken[0]
    match facts.values:
        case None:
            return UNKNOWN
        case Range(low=low, high=high):
            return ValueRange(max(low, -_MOST), min(high, _MOST))
        case Values.KEPT:
            return one
        case Values.KEPT_OR_ZERO:
            return one.with_zero()
        case Values.SCALED_OR_ZERO:
            return _dropped(one, layer.get(facts.drops or "p")) if training else one
        case Values.KEPT_ABOVE_ZERO:
            return one if one.low >= 0 else replace(one, low=-_MOST, high=_MOST)
        case Values.FUNCTION:
            return _function(layer, one)
        case Values.SUM:
            return _made([sum(one.low for one in taken)], [sum(one.high for one in taken)], taken)
        case Values.PRODUCT:
            return _product(taken)
        case Values.UNION:
            return _made([one.low for one in taken], [one.high for one in taken], taken)


def _dropped(given: ValueRange, share: float) -> ValueRange:
    scale = 1 / (1 - share) if share < 1 else 1.0
    return replace(given, low=given.low * scale, high=given.high * scale).with_zero()


def _function(layer: Component, given: ValueRange) -> ValueRange:
    """Of the function over the interval: its ends, and points between them that lie densely where
    activations bend.
    """
    import torch  # noqa: PLC0415

    from cifar_pipe.catalog.torch.build import build  # noqa: PLC0415 (torch)

    module: torch.nn.Module = build(layer)
    between = torch.linspace(-12, 12, 4801, dtype=torch.float64)
    ends = torch.tensor([given.low, given.high], dtype=torch.float64)
    points = torch.cat([ends, between.clamp(given.low, given.high)])
    with torch.no_grad():
        values = module(points).clamp(-_MOST, _MOST)
    made = ValueRange(values.min().item(), values.max().item(), given.sure)
    # What it cuts off on both sides lies between its ends whatever comes in.
    return replace(made, sure=True) if made.is_bounded and given.low <= -_MOST else made


def _product(taken: Sequence[ValueRange]) -> ValueRange:
    made = taken[0]
    for one in taken[1:]:
        corners = [a * b for a, b in product((made.low, made.high), (one.low, one.high))]
        made = _made(corners, corners, (made, one))
    return made


def _made(lows: Sequence[float], highs: Sequence[float], taken: Sequence[ValueRange]) -> ValueRange:
    sure = all(one.sure for one in taken)
    return ValueRange(max(min(lows), -_MOST), min(max(highs), _MOST), sure)


_PASSED_ON = (Values.KEPT, Values.KEPT_OR_ZERO, Values.SCALED_OR_ZERO)


def check_exponent(planned: Planned, above: Mapping[str, Planned]) -> None:
    """Raises ProblemError for a norm of values that have no such power.

    LPPool raises to a power first: (-1)^1.5 is not a number, and neither is the third root of what
    PyTorch makes of a negative sum.
    """
    layer, argument = planned.layer, layer_facts(planned.layer).exponent
    exponent = layer.get(argument) if argument else 1
    if exponent == 1 or exponent % 2 == 0:
        return
    source = above.get(planned.inputs[0])
    while source is not None and layer_facts(source.layer).values in _PASSED_ON:
        source = above.get(source.inputs[0])
    if source is None:
        return
    given = _planned_range(source, above)
    if given.sure and given.low < 0:
        gives = f"NaN of negative values, which {source.layer.name} gives"
        message = f"{layer.name} with {argument} {exponent:g} makes {gives}"
        advice = f"an even {argument}, as 2, or ReLU above it"
        raise layer_error(message, argument, advice, code="value")


def _planned_range(planned: Planned, above: Mapping[str, Planned]) -> ValueRange:
    taken = [
        _planned_range(above[name], above) if name in above else UNKNOWN for name in planned.inputs
    ]
    return layer_range(planned.layer, taken)
