"""How parameters begin: a layer's `initialize`, and a network's by type of layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import torch
from torch import nn

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import initializer_facts
from cifar_pipe.catalog.torch.build import build
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.model.planning.planned import Planned, Weight
from cifar_pipe.model.planning.problems import layer_error

Initializers = Component | Mapping[str, Component]
ByType = Mapping[str, Initializers]


def initialized(planned: Planned, by_type: ByType) -> Planned:
    """The layer with its parameters' initializers.

    What is written inside a layer has precedence over what is written of the whole, and both over
    what is written of its type, which a layer without such a parameter ignores: `check_types` looks
    at that. Raises ProblemError where there is no such parameter, or where it has too few
    dimensions.
    """
    own = planned.layer.common.get("initialize")
    wanted = own if own is not None else by_type.get(planned.layer.name)
    if wanted is None:
        return planned
    try:
        chosen = dict((_fitting if own is None else _checked)(planned, wanted))
    except ProblemError as error:
        raise error.below("initialize") from None
    weights = {
        name: replace(weight, initializer=chosen[name], by_type=own is None)
        if name in chosen and (weight.initializer is None or (weight.by_type and own is not None))
        else weight
        for name, weight in planned.weights.items()
    }
    return replace(planned, weights=weights)


def check_types(planned: Sequence[Planned], by_type: ByType) -> None:
    """Raises ProblemError for what is written of a type and is for none of its layers, or for one
    whose parameter has too few dimensions.
    """
    for name, wanted in by_type.items():
        layers = [one for outer in planned for one in _inside(outer) if one.layer.name == name]
        for key, initializer in _by_key(wanted).items():
            try:
                _check_type(layers, key, initializer)
            except ProblemError as error:
                raise error.below("initialize", name, *filter(None, [key])) from None


def _check_type(layers: Sequence[Planned], key: str | None, initializer: Component) -> None:
    if layers and not any(_named(one, key) for one in layers):
        raise _none_such(layers[0], key, initializer)
    for one in layers:
        for parameter in _named(one, key):
            _check(one, parameter, initializer)


def _inside(planned: Planned) -> Iterator[Planned]:
    yield planned
    for part in planned.parts.values():
        for one in part:
            yield from _inside(one)


def _by_key(wanted: Initializers) -> Mapping[str | None, Component]:
    """The initializers by parameter; None stands for all with two dimensions or more."""
    return {None: wanted} if isinstance(wanted, Component) else dict(wanted.items())


def _named(planned: Planned, key: str | None) -> list[str]:
    if key is None:
        return [name for name, weight in planned.weights.items() if len(weight.shape) > 1]
    return [name for name in planned.weights if name == key or name.endswith(f".{key}")]


def _fitting(planned: Planned, wanted: Initializers) -> Iterator[tuple[str, Component]]:
    for key, initializer in _by_key(wanted).items():
        yield from ((name, initializer) for name in _named(planned, key))


def _checked(planned: Planned, wanted: Initializers) -> Iterator[tuple[str, Component]]:
    for key, initializer in _by_key(wanted).items():
        names = _named(planned, key)
        if not names:
            raise _none_such(planned, key, initializer)
        for name in names:
            _check(planned, name, initializer)
            yield name, initializer


def _none_such(planned: Planned, key: str | None, initializer: Component) -> ProblemError:
    if key is not None:
        return layer_error(
            f"{planned.layer.name} has no parameter `{key}`",
            help=f"it has {_listed(planned)}",
            code="value",
        )
    return layer_error(
        f"{planned.layer.name} has no parameter with two dimensions or more",
        help=f"say which: initialize: {{NAME: {initializer.name}}}; it has {_listed(planned)}"
        if planned.weights
        else "leave initialize out: it has no parameters at all",
        code="value",
    )


def _check(planned: Planned, name: str, initializer: Component) -> None:
    shape = planned.weights[name].shape
    low, high = initializer_facts(initializer).dimensions or (0, len(shape))
    if not low <= len(shape) <= high:
        wants = f"{low}" if low == high else f"{low} or more" if high > 5 else f"{low} to {high}"
        raise layer_error(
            f"{initializer.name} takes parameters of {wants} dimensions, and {name} of "
            f"{planned.layer.name} is {list(shape)}",
            code="value",
        )
    groups = initializer.given.get("groups", 1)
    if shape and shape[0] % groups:
        raise layer_error(
            f"groups {groups} of {initializer.name} does not divide {name}'s {shape[0]} kernels",
            code="value",
        )


def _listed(planned: Planned) -> str:
    names = list(planned.weights)
    return ", ".join(names[:8]) + (", …" if len(names) > 8 else "") if names else "none"


def initialize(network: nn.Module, weights: Mapping[str, Weight]) -> None:
    """Draws the parameters that have initializers, in order, and freezes what is frozen."""
    for name, parameter in network.named_parameters():
        weight = weights[name]
        parameter.requires_grad_(weight.trainable)
        if weight.initializer is not None and not parameter.is_meta:
            with torch.no_grad():
                build(weight.initializer, tensor=parameter)
