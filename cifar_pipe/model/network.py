"""The network that a list of layers describes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import torch
from torch import nn

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.torch.build import build as build_component
from cifar_pipe.model.graph import Graph, Residual, Sequential, Step
from cifar_pipe.model.planning.containers import MAIN, SHORTCUT
from cifar_pipe.model.planning.on_meta import count_on_cpu
from cifar_pipe.model.planning.parameters import ByType, initialize
from cifar_pipe.model.planning.planned import LayerRow, Planned, Shape, weights_of
from cifar_pipe.model.planning.shapes import plan
from cifar_pipe.model.pretrained import Pretrained, make_pretrained, make_untrained


class Network(Graph):
    """The whole network.

    `layers` is the declaration, `rows` the layer table, `input_shape` one image's `[C, H, W]`;
    `pretrained` are the layers that began with trained weights, or should have.
    """

    def __init__(
        self,
        modules: Mapping[str, nn.Module],
        *,
        layers: Sequence[Component],
        rows: list[LayerRow],
        input_shape: Shape,
        steps: Sequence[Step] | None = None,
        pretrained: Sequence[Pretrained] = (),
    ) -> None:
        super().__init__(modules, steps=steps)
        self.pretrained = tuple(pretrained)
        self.layers = tuple(layers)
        self.rows = rows
        self.input_shape = input_shape


def build(
    layers: Sequence[Component],
    input_shape: Sequence[int],
    *,
    seed: int,
    by_type: ByType | None = None,
    stand_in_allowed: bool = False,
) -> Network:
    """The network on the CPU, its weights drawn as PyTorch draws them after manual_seed(seed).

    The modules are made in the order of `layers`, and then what `initialize` and `by_type` say is
    drawn in the same order; the global random state is left as it was. Raises ProblemError for the
    first layer that does not fit, RunError where pretrained weights are not available.
    """
    planned = plan(layers, input_shape, by_type=by_type)
    pretrained: list[Pretrained] = []

    def make(one: Planned) -> nn.Module:
        module, source = make_pretrained(one, stand_in_allowed=stand_in_allowed)
        pretrained.extend([source] if source is not None else [])
        return module

    with _seeded(seed):
        return _network(planned, input_shape, make, pretrained)


def build_on_meta(layers: Sequence[Component], input_shape: Sequence[int]) -> Network:
    """The same on torch's meta device, without numbers: nothing is drawn, read or downloaded."""
    planned = plan(layers, input_shape)
    with torch.device("meta"), _seeded(0):
        network = _network(planned, input_shape, make_untrained)
    count_on_cpu(network)
    return network


def build_untrained(layers: Sequence[Component], input_shape: Sequence[int]) -> Network:
    """The same on the CPU, to load weights into: none are read or downloaded. Raises ProblemError."""
    planned = plan(layers, input_shape)
    with _seeded(0):
        return _network(planned, input_shape, make_untrained)


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    before = torch.get_rng_state()
    torch.default_generator.manual_seed(seed)
    try:
        yield
    finally:
        torch.set_rng_state(before)


# Makes a layer that is a network itself, with or without trained weights.
Make = Callable[[Planned], nn.Module]


def _network(
    planned: Sequence[Planned],
    input_shape: Sequence[int],
    make: Make,
    pretrained: Sequence[Pretrained] = (),
) -> Network:
    network = Network(
        _modules(planned, make),
        layers=[one.layer for one in planned],
        rows=[one.row for one in planned],
        input_shape=tuple(input_shape),
        steps=_steps(planned),
        pretrained=pretrained,
    )
    initialize(network, weights_of(planned))
    return network


def _modules(planned: Sequence[Planned], make: Make) -> dict[str, nn.Module]:
    own = (one for one in planned if not layer_facts(one.layer).shares)
    return {one.name: _module(one, make) for one in own}


def _steps(planned: Sequence[Planned]) -> list[Step]:
    return [
        Step(one.name, one.inputs, one.layer.get("of") if layer_facts(one.layer).shares else "")
        for one in planned
    ]


def _module(planned: Planned, make: Make) -> nn.Module:
    layer, parts = planned.layer, planned.parts
    if layer_facts(layer).network:
        return make(planned)
    if not parts:
        module: nn.Module = build_component(layer, **planned.sizes)
        return module
    made = {key: _modules(part, make) for key, part in parts.items()}
    steps = {key: _steps(part) for key, part in parts.items()}
    if layer.name == "Residual":
        shortcut = Graph(made[SHORTCUT], steps=steps[SHORTCUT]) if SHORTCUT in parts else None
        return Residual(made[MAIN], steps=steps[MAIN], shortcut=shortcut)
    if MAIN in parts:
        return Graph(made[MAIN], steps=steps[MAIN])
    return Sequential(OrderedDict((key, Graph(made[key], steps=steps[key])) for key in parts))
