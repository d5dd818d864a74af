"""What of a training the kernels compute."""

from __future__ import annotations

from dataclasses import dataclass

from torch.optim import Optimizer

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.loss_targets import form_of
from cifar_pipe.context import Context
from cifar_pipe.model.network import Network
from cifar_pipe.training.engines.optimizing import update_type
from cifar_pipe.training.engines.tracing.trace import Trace, trace
from cifar_pipe.training.engines.tracing.values import NotPlanned


@dataclass(frozen=True, slots=True)
class Plan:
    """What of a training has kernels. `smoothing`, `weights`, `ignored` and `summed` are those of the cross-entropy,
    if that `is_cross_entropy`: PyTorch computes any other loss.
    """

    trace: Trace
    is_cross_entropy: bool
    smoothing: float
    weights: tuple[float, ...] | None
    ignored: int | None
    summed: bool


def plan_kernels(network: Network, loss: Component, optimizer: Optimizer, context: Context) -> Plan:
    """Raises NotPlanned, which names what there is no kernel for."""
    check_context(context)
    update_type(optimizer)
    is_cross_entropy = loss.name == "CrossEntropyLoss" and form_of(loss) == "class index"
    given = loss.given
    weights = given.get("weight")
    return Plan(
        trace(network, network.input_shape),
        is_cross_entropy,
        smoothing=float(given.get("label_smoothing") or 0.0),
        weights=tuple(weights) if weights is not None else None,
        ignored=given.get("ignore_index"),
        summed=given.get("reduction") == "sum",
    )


def check_context(context: Context) -> None:
    """Raises NotPlanned where its networks compute on what has no kernels, or in a format that has none."""
    if context.device != "cpu":
        raise NotPlanned(f"the device {context.device}")
    if context.precision not in ("float32", "tf32"):
        raise NotPlanned(f"precision {context.precision}")
    if context.memory_format != "contiguous":
        raise NotPlanned(f"memory_format {context.memory_format}")
