"""The optimizer of a network's parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable

from torch import nn
from torch.optim import Optimizer

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import optimizer_facts
from cifar_pipe.catalog.torch.build import arguments_of, resolve
from cifar_pipe.runtime import Precision
from cifar_pipe.training.optimization.groups import parameter_groups, problem
from cifar_pipe.training.optimization.uncompiled import uncompiled


def make_optimizer(
    component: Component, network: nn.Module, *, device: str, precision: Precision = "float32"
) -> Optimizer:
    """The optimizer over the parameters that want gradients, in the groups that it declares.

    Where PyTorch has a fused kernel (SGD, Adam, AdamW, Adagrad) it is taken: one call for all
    parameters, equal to the default within float rounding, and a third faster on LeNet. Raises
    ProblemError for values that PyTorch refuses.
    """
    parameters = [one for one in network.parameters() if one.requires_grad]
    if not parameters:
        raise problem(
            "the network has no parameters to train", help="add a layer that has some: Linear"
        )
    others = sum(one.ndim != 2 for one in parameters)
    if others and optimizer_facts(component).matrices_only:
        raise problem(
            f"{component.name} takes weight matrices only, and {others} of the network's "
            f"{len(parameters)} parameters are none: a bias has one dimension, a kernel four",
            help="use SGD or AdamW",
        )
    groups = parameter_groups(component, network)
    try:
        extra = fused(component, device, precision)
        arguments = arguments_of(component, params=groups, **extra)
        return _class_of(component)(**arguments)
    except (ValueError, TypeError, RuntimeError) as error:
        raise problem(f"{component.name}: {error}") from error


def _class_of(component: Component) -> Callable[..., Optimizer]:
    """A package may give a function that makes one."""
    made = resolve(component.entry)
    is_class = isinstance(made, type) and issubclass(made, Optimizer)
    return uncompiled(made) if is_class else made


def fused(component: Component, device: str, precision: Precision = "float32") -> dict[str, bool]:
    """The argument for the fused kernel, which changes how fast a step is and not what it does.

    Not with the scaled loss of float16: where gradients overflow in the first step, the kernel of
    SGD leaves its momentum uninitialized and goes on with that.
    """
    takes = "fused" in inspect.signature(resolve(component.entry)).parameters
    # On these devices the kernels exist for all optimizers that take `fused`.
    has_kernel = takes and device.startswith(("cpu", "cuda"))
    return {"fused": True} if has_kernel and precision != "float16" else {}
