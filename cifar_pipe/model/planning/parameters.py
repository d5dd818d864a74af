"""How parameters begin (`initialize` of a layer, or of a type of layer), and which are trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import initializer_facts, layer_facts
from cifar_pipe.diagnostics.problem import ProblemError, below
from cifar_pipe.diagnostics.suggest import some
from cifar_pipe.model.planning.planned import Planned, Weight, layer_error

if TYPE_CHECKING:
    from torch import nn

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
    chosen: dict[str, Component] = {}
    for key, initializer in _by_key(wanted).items():
        if own is not None:
            with below("initialize"):
                _check([planned], key, initializer)
        chosen |= dict.fromkeys(_named(planned, key), initializer)
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
        layers = [one for outer in planned for one in outer.with_inner() if one.layer.name == name]
        for key, initializer in _by_key(wanted).items():
            with below("initialize", name, *filter(None, [key])):
                _check(layers, key, initializer)


def _by_key(wanted: Initializers) -> Mapping[str | None, Component]:
    """The initializers by parameter; None is for all with two dimensions or more."""
    return {None: wanted} if isinstance(wanted, Component) else dict(wanted.items())


def _named(planned: Planned, key: str | None) -> list[str]:
    if key is None:
        return [name for name, weight in planned.weights.items() if len(weight.shape) > 1]
    return [name for name in planned.weights if name == key or name.endswith(f".{key}")]


def _check(layers: Sequence[Planned], key: str | None, initializer: Component) -> None:
    """Raises ProblemError where none of the layers has the parameter, or it does not suit one."""
    if layers and not any(_named(one, key) for one in layers):
        raise _no_parameter(layers[0], key, initializer)
    for one in layers:
        for name in _named(one, key):
            if wrong := _unsuited(initializer, name, one):
                raise layer_error(wrong, code="value")


def _no_parameter(planned: Planned, key: str | None, initializer: Component) -> ProblemError:
    name, listed = planned.layer.name, some([*planned.weights], most=8)
    if key is not None:
        advice = f"it has {listed or 'none'}"
        return layer_error(f"{name} has no parameter `{key}`", help=advice, code="value")
    advice = "leave initialize out: it has no parameters at all"
    if listed:
        advice = f"say which: initialize: {{NAME: {initializer.name}}}; it has {listed}"
    message = f"{name} has no parameter with two dimensions or more"
    return layer_error(message, help=advice, code="value")


def _unsuited(initializer: Component, name: str, planned: Planned) -> str | None:
    """Why the initializer cannot fill the parameter of this name."""
    shape = planned.weights[name].shape
    low, high = initializer_facts(initializer).dimensions or (0, len(shape))
    if not low <= len(shape) <= high:
        wants = f"{low}" if low == high else f"{low} or more" if high > 5 else f"{low} to {high}"
        takes = f"{initializer.name} takes parameters of {wants} dimensions"
        return f"{takes}, and {name} of {planned.layer.name} is {list(shape)}"
    groups = initializer.given.get("groups", 1)
    if shape and shape[0] % groups:
        return f"groups {groups} of {initializer.name} does not divide {name}'s {shape[0]} kernels"
    return None


def initialize(network: nn.Module, weights: Mapping[str, Weight]) -> None:
    """Draws the parameters that have initializers, in order, and freezes what is frozen."""
    import torch  # noqa: PLC0415

    from cifar_pipe.catalog.torch.build import build  # noqa: PLC0415 (torch)

    for name, parameter in network.named_parameters():
        weight = weights[name]
        parameter.requires_grad_(weight.trainable)
        if weight.initializer is not None and not parameter.is_meta:
            with torch.no_grad():
                build(weight.initializer, tensor=parameter)


def frozen(planned: Planned) -> Planned:
    """The layer without what its `trainable` takes from training.

    A list names the beginnings of the parameters that stay: `fc` is fc.weight and fc.bias. What is
    frozen inside stays so. Raises ProblemError for one that names nothing.
    """
    layer, wanted = planned.layer, planned.layer.common.get("trainable")
    if wanted is None or wanted is True:
        return planned
    if not planned.weights:
        message, advice = f"{layer.name} has no parameters to freeze, or to train", None
        if layer_facts(layer).shares:
            advice = f"write it to `{layer.get('of')}`, whose parameters these are"
        raise layer_error(message, "trainable", advice or "leave trainable out", code="value")
    kept = wanted or []
    for beginning in kept:
        if not any(_begins(name, beginning) for name in planned.weights):
            message = f"no parameter of {layer.name} begins with `{beginning}`"
            beginnings = list(dict.fromkeys(name.partition(".")[0] for name in planned.weights))
            advice = f"they begin with {some(beginnings, most=12)}"
            raise layer_error(message, "trainable", advice, code="value")
    weights = {
        name: weight
        if any(_begins(name, beginning) for beginning in kept)
        else replace(weight, trainable=False)
        for name, weight in planned.weights.items()
    }
    count = sum(prod(one.shape) for one in weights.values() if one.trainable)
    return replace(planned, weights=weights, row=replace(planned.row, trainable=count))


def _begins(name: str, beginning: str) -> bool:
    return name == beginning or name.startswith(f"{beginning}.")
