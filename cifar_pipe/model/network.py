"""The network that a list of layers describes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import torch
from torch import nn

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.torch.build import build as build_component
from cifar_pipe.model.graph import Graph, Residual, Sequential, Step
from cifar_pipe.model.planning.containers import MAIN, SHORTCUT
from cifar_pipe.model.planning.initialize import ByType, finish
from cifar_pipe.model.planning.planned import LayerRow, Planned, Shape
from cifar_pipe.model.planning.shapes import plan, untrained
from cifar_pipe.model.pretrained import Pretrained, make_pretrained

__all__ = ["Network", "Step", "build"]


class Network(Graph):
    """The whole network.

    `rows` is the layer table, `input_shape` one image's `[C, H, W]`; `pretrained` tells of the layers
    that did not begin with random weights, or should not have.
    """

    def __init__(
        self,
        modules: Mapping[str, nn.Module],
        *,
        rows: list[LayerRow],
        input_shape: Shape,
        steps: Sequence[Step] | None = None,
        pretrained: Sequence[Pretrained] = (),
    ) -> None:
        super().__init__(modules, steps=steps)
        self.pretrained = tuple(pretrained)
        self.rows = rows
        self.input_shape = input_shape


def build(
    layers: Sequence[Component],
    input_shape: Sequence[int],
    *,
    seed: int,
    by_type: ByType | None = None,
    fetch_weights: bool = True,
    stand_in_allowed: bool = False,
) -> Network:
    """The network on the CPU, its weights drawn as PyTorch draws them after manual_seed(seed).

    The modules are made in the order of `layers`, and then what `initialize` and `by_type` say is
    drawn in the same order; the global random state is left as it was. Raises Misfit for the first
    layer that does not fit, RunError where pretrained weights are not to be had; without
    `fetch_weights` they are random.
    """
    planned = plan(layers, input_shape, by_type=by_type)
    maker = _Maker(fetch_weights=fetch_weights, stand_in_allowed=stand_in_allowed)
    with _seeded(seed):
        network = Network(
            maker.modules(planned),
            rows=[one.row for one in planned],
            input_shape=tuple(input_shape),
            steps=_steps(planned),
            pretrained=maker.pretrained,
        )
        finish(
            network, {f"{one.name}.{name}": w for one in planned for name, w in one.weights.items()}
        )
    return network


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    before = torch.get_rng_state()
    torch.default_generator.manual_seed(seed)
    try:
        yield
    finally:
        torch.set_rng_state(before)


def _steps(planned: Sequence[Planned]) -> list[Step]:
    return [
        Step(one.name, one.inputs, one.layer.get("of") if _is_shared(one) else "")
        for one in planned
    ]


def _is_shared(planned: Planned) -> bool:
    return bool(planned.layer.entry.traits.get("shares"))


class _Maker:
    """Makes the modules of a plan; `pretrained` grows with each that has trained weights."""

    def __init__(self, *, fetch_weights: bool, stand_in_allowed: bool) -> None:
        self.pretrained: list[Pretrained] = []
        self._fetch_weights = fetch_weights
        self._stand_in_allowed = stand_in_allowed

    def modules(self, planned: Sequence[Planned]) -> dict[str, nn.Module]:
        return {one.name: self._module(one) for one in planned if not _is_shared(one)}

    def _module(self, planned: Planned) -> nn.Module:
        if planned.parts:
            return self._container(planned.layer, planned.parts)
        layer = planned.layer
        if layer.entry.traits.get("network"):
            if self._fetch_weights:
                return self._network(planned)
            layer = untrained(layer)
        module = build_component(layer, **planned.sizes)
        assert isinstance(module, nn.Module), module
        return module

    def _network(self, planned: Planned) -> nn.Module:
        module, source = make_pretrained(planned, stand_in_allowed=self._stand_in_allowed)
        if source is not None:
            self.pretrained.append(source)
        return module

    def _container(self, layer: Component, parts: Mapping[str, tuple[Planned, ...]]) -> nn.Module:
        made = {key: self.modules(part) for key, part in parts.items()}
        steps = {key: _steps(part) for key, part in parts.items()}
        if layer.name == "Residual":
            shortcut = Graph(made[SHORTCUT], steps=steps[SHORTCUT]) if SHORTCUT in parts else None
            return Residual(made[MAIN], steps=steps[MAIN], shortcut=shortcut)
        if MAIN in parts:
            return Graph(made[MAIN], steps=steps[MAIN])
        return Sequential(OrderedDict((key, Graph(made[key], steps=steps[key])) for key in parts))
