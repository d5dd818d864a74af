"""Layers that take no negative values, below layers that give some."""

from __future__ import annotations

from collections.abc import Mapping

from cifar_pipe.catalog.core.facts import Values, layer_facts
from cifar_pipe.model.planning.planned import Planned
from cifar_pipe.model.planning.problems import layer_error
from cifar_pipe.model.value_ranges import UNKNOWN, ValueRange, layer_range

_PASSED_ON = (Values.KEPT, Values.KEPT_OR_ZERO, Values.SCALED_OR_ZERO)


def check_signs(planned: Planned, above: Mapping[str, Planned]) -> Planned:
    """The layer; raises ProblemError for a norm of values that have no such power.

    LPPool raises to a power first: (-1)^1.5 is not a number, and neither is the third root of what
    PyTorch makes of a negative sum.
    """
    layer = planned.layer
    argument = layer_facts(layer).exponent
    if argument is None:
        return planned
    exponent, source = layer.get(argument), _source(planned.inputs[0], above)
    if exponent == 1 or exponent % 2 == 0 or source is None:
        return planned
    given = _range(source, above)
    if given.sure and given.low < 0:
        raise layer_error(
            f"{layer.name} with {argument} {exponent:g} makes NaN of negative values, which "
            f"{source.layer.name} gives",
            argument,
            help=f"an even {argument}, as 2, or ReLU above it",
            code="value",
        )
    return planned


def _source(name: str, above: Mapping[str, Planned]) -> Planned | None:
    """The layer that makes the values; None where the list of layers is given them."""
    source = above.get(name)
    while source is not None and layer_facts(source.layer).values in _PASSED_ON:
        source = above.get(source.inputs[0])
    return source


def _range(planned: Planned, above: Mapping[str, Planned]) -> ValueRange:
    taken = [_range(above[name], above) if name in above else UNKNOWN for name in planned.inputs]
    return layer_range(planned.layer, taken)
