"""How much memory a training or an evaluation takes, estimated without data and without memory.

The network runs once on torch's meta device. What autograd keeps for the backward pass is counted tensor
by tensor; what a device's libraries take for themselves is not known and not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks
from torch.nn.modules.module import register_module_forward_hook
from torch.overrides import TorchFunctionMode

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import optimizer_facts
from cifar_pipe.model.network import Network, build_on_meta
from cifar_pipe.runtime import Precision
from cifar_pipe.training.optimization.optimizers import fused, make_optimizer
from cifar_pipe.training.optimization.trainable import only_trained
from cifar_pipe.training.precision import weights_format


@dataclass(frozen=True, slots=True)
class Memory:
    """In bytes. `activations` are the batch's, all else is the same for any batch size.

    `copies` are the weights that are kept beside those of the network at work. `working` is what
    the optimizer takes in a step, when the activations are gone. `outputs` are those of all images of
    a split, which some metrics need.
    """

    parameters: int
    gradients: int
    optimizer: int
    activations: int
    batch_size: int
    copies: int = 0
    working: int = 0
    outputs: int = 0

    @property
    def total(self) -> int:
        return self.fixed + max(self.activations, self.working)

    @property
    def fixed(self) -> int:
        return self.parameters + self.gradients + self.optimizer + self.copies + self.outputs

    def largest_batch(self, limit: int) -> int:
        """The most images at once that fit into `limit` bytes; 0 where not one does."""
        each = max(1, -(-self.activations // self.batch_size))
        return max(0, (limit - self.fixed) // each) if self.fixed + self.working <= limit else 0


def of_training(
    layers: Sequence[Component],
    input_shape: Sequence[int],
    *,
    batch_size: int,
    optimizer: Component,
    trainable: Sequence[str] | None = None,
    precision: Precision = "float32",
) -> Memory:
    """Of one training step: weights and buffers, gradients, the optimizer's state, and what is kept
    of a batch until its gradients are known, with the two largest outputs beside it.
    """
    network = _in_precision(build_on_meta(layers, input_shape), precision).train()
    with only_trained(network, trainable):
        return _of_step(network, input_shape, batch_size, optimizer, precision)


def _of_step(
    network: Network,
    input_shape: Sequence[int],
    batch_size: int,
    optimizer: Component,
    precision: Precision,
) -> Memory:
    own = {_storage(one) for one in _weights(network)}
    kept: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        if _storage(tensor) not in own:
            kept[_storage(tensor)] = tensor.untyped_storage().nbytes()
        return tensor

    with saved_tensors_hooks(keep, lambda tensor: tensor):
        largest = _largest_output(network, input_shape, batch_size)
    trained = sum(one.nbytes for one in network.parameters() if one.requires_grad)
    return Memory(
        parameters=bytes_of(network),
        gradients=trained,
        optimizer=state_bytes(optimizer, network),
        activations=(sum(kept.values()) + 2 * largest) // _mixed(precision),
        batch_size=batch_size,
        working=_working(optimizer, network),
    )


def of_evaluation(
    layers: Sequence[Component],
    input_shape: Sequence[int],
    *,
    batch_size: int,
    precision: Precision = "float32",
) -> Memory:
    """Of one batch without gradients: weights and buffers, and three of the largest outputs, as a
    residual block holds them.
    """
    network = _in_precision(build_on_meta(layers, input_shape), precision).eval()
    with torch.no_grad():
        largest = _largest_output(network, input_shape, batch_size)
    return Memory(bytes_of(network), 0, 0, 3 * largest // _mixed(precision), batch_size)


def _in_precision(network: Network, precision: Precision) -> Network:
    return network.to(weights_format(precision))


def _mixed(precision: Precision) -> int:
    """What activations are divided by, at least: what is not safe in 16 bits is kept in 32."""
    return 2 if precision in ("bfloat16", "float16") else 1


def in_words(size: int) -> str:
    """`1.5 GiB`."""
    if size < 2**20:
        return f"{size / 2**10:.1f} KiB"
    return f"{size / 2**20:.1f} MiB" if size < 2**30 else f"{size / 2**30:.1f} GiB"


def bytes_of(network: nn.Module) -> int:
    """Of its weights and buffers."""
    return sum(one.nbytes for one in _weights(network))


def state_bytes(optimizer: Component, network: nn.Module) -> int:
    """Of what the optimizer keeps of a network on meta after its first step, or, for LBFGS, at most.

    Nothing for SGD, each weight once more with momentum, twice for Adam.
    """
    trained = [one for one in network.parameters() if one.requires_grad]
    if "history_size" in optimizer.entry.args:
        # The last direction and gradient; for each step of the history its change of both.
        copies = 2 + 2 * optimizer.get("history_size")
        return int(copies * sum(one.nbytes for one in trained))
    made = make_optimizer(optimizer, network, device="meta")
    with _OnesForNumbers():
        for weight in trained:
            weight.grad = torch.empty_like(weight)
        made.step()
        for weight in trained:
            weight.grad = None
    held = {id(one): one.nbytes for one in _tensors([*made.state.values()])}
    return sum(held.values())


def _working(optimizer: Component, network: nn.Module) -> int:
    """Of one step, as measured: with a fused kernel nothing; without, about two of the largest
    weight; in LBFGS five vectors of all.
    """
    sizes = [one.nbytes for one in network.parameters() if one.requires_grad]
    if optimizer_facts(optimizer).needs_closure:
        return 5 * sum(sizes)
    return 0 if fused(optimizer, "cpu") else 2 * max(sizes, default=0)


class _OnesForNumbers(TorchFunctionMode):
    """Some optimizers read a tensor as a number, which on meta it is not."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        read = func is Tensor.item and args[0].is_meta
        return 1.0 if read else func(*args, **(kwargs or {}))


def _largest_output(network: nn.Module, input_shape: Sequence[int], batch_size: int) -> int:
    sizes = [0]

    def look(_module: nn.Module, _inputs: Any, output: Any) -> None:
        sizes.extend(one.nbytes for one in _tensors(output))

    with register_module_forward_hook(look):
        dtype = next((one.dtype for one in network.parameters()), torch.float32)
        network(torch.empty(batch_size, *input_shape, device="meta", dtype=dtype))
    return max(sizes)


def _weights(network: nn.Module) -> list[Tensor]:
    return [*network.parameters(), *network.buffers()]


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict | list | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _tensors(one)


def _storage(tensor: Tensor) -> int:
    # On the meta device storages have no address.
    return int(tensor.untyped_storage()._cdata)  # noqa: SLF001
