"""The network that a list of layers describes."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.error import URLError

import torch
from torch import Tensor, nn

from cifar_pipe.catalog.build import build as build_component
from cifar_pipe.catalog.component import Component
from cifar_pipe.errors import RunError
from cifar_pipe.model.misfit import Shape
from cifar_pipe.model.shapes import LayerRow, Planned, plan

_DOWNLOAD_TIMEOUT_SECONDS = 10.0
INPUT = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Runs the module `name` on the outputs of `inputs`; the network's input is called `""`."""

    name: str
    inputs: tuple[str, ...]


class Network(nn.Module):
    """Modules and the order in which they run; the last step's output is the network's.

    `rows` is the layer table, `input_shape` one image's `[C, H, W]`.
    """

    def __init__(
        self,
        modules: dict[str, nn.Module],
        *,
        rows: list[LayerRow],
        input_shape: Shape,
        steps: Sequence[Step] | None = None,
    ) -> None:
        super().__init__()
        self.rows = rows
        self.input_shape = input_shape
        names = list(modules)
        chain = tuple(
            Step(name, (above,)) for name, above in zip(names, [INPUT, *names], strict=False)
        )
        self.steps = chain if steps is None else tuple(steps)
        self._is_chain = self.steps == chain
        for name, module in modules.items():
            self.add_module(name, module)

    def forward(self, images: Tensor) -> Tensor:
        if not self._is_chain:
            return self._run_steps(images)
        for module in self._modules.values():
            images = module(images)  # type: ignore[misc]
        return images

    def _run_steps(self, images: Tensor) -> Tensor:
        outputs = {INPUT: images}
        for step in self.steps:
            module = self._modules[step.name]
            assert module is not None
            outputs[step.name] = module(*(outputs[name] for name in step.inputs))
        return outputs[self.steps[-1].name]


def build(layers: Sequence[Component], input_shape: Sequence[int], *, seed: int) -> Network:
    """The network on the CPU, its weights drawn as PyTorch draws them after manual_seed(seed).

    The modules are made in the order of `layers`; the global random state is left as it was. Raises
    Misfit for the first layer that does not fit, RunError where pretrained weights are not to be had.
    """
    planned = plan(layers, input_shape)
    with _seeded(seed):
        modules = {one.row.name: _make(one) for one in planned}
    return Network(modules, rows=[one.row for one in planned], input_shape=tuple(input_shape))


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    before = torch.get_rng_state()
    torch.default_generator.manual_seed(seed)
    try:
        yield
    finally:
        torch.set_rng_state(before)


def _make(planned: Planned) -> nn.Module:
    layer = planned.layer
    if not (layer.entry.traits.get("network") and layer.given.get("weights")):
        return _module(build_component(layer, **planned.sizes))
    with _download_told(layer.name, layer.given["weights"]):
        return _module(build_component(layer, **planned.sizes))


def _module(made: Any) -> nn.Module:
    assert isinstance(made, nn.Module), made
    return made


@contextmanager
def _download_told(name: str, weights: str) -> Iterator[None]:
    """Tells in words that weights cannot be had, after seconds and not never."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_DOWNLOAD_TIMEOUT_SECONDS)
    try:
        yield
    except (URLError, OSError, EOFError, RuntimeError) as error:
        folder = f"{torch.hub.get_dir()}/checkpoints"
        raise RunError(
            f"the weights {weights} of {name} cannot be had: {getattr(error, 'reason', error)}",
            help=(
                f"put torchvision's file into {folder}, from a machine that has a connection",
                "or leave weights out and train from the start",
            ),
        ) from error
    finally:
        socket.setdefaulttimeout(before)
