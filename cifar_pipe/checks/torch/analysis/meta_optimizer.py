"""An optimizer as it is made for a network, over parameters without numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from torch.optim import Optimizer

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.checks.network import ShapedNetwork
from cifar_pipe.checks.torch.analysis.shapes import on_meta
from cifar_pipe.training.optimization.optimizers import make_optimizer


def optimizer_on_meta(optimizer: Component, network: ShapedNetwork) -> Optimizer:
    """The optimizer of the network; raises ProblemError for what PyTorch refuses."""
    with _without_compiler():
        return make_optimizer(optimizer, on_meta(network), device="meta")


@contextmanager
def _without_compiler() -> Iterator[None]:
    """Optimizers' `add_param_group` as it is: its decorator imports torch's compiler, 1.5 s."""
    decorated = Optimizer.add_param_group
    Optimizer.add_param_group = getattr(decorated, "__wrapped__", decorated)  # type: ignore[method-assign]
    try:
        yield
    finally:
        Optimizer.add_param_group = decorated  # type: ignore[method-assign]
