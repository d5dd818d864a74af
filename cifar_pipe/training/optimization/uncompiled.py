"""PyTorch's optimizers without what they do for `torch.compile` alone.

Every call of their `step`, and the first one of other methods, imports torch's compiler, torch._dynamo, to
keep it out: 1.1 s of a run's first second, as long as the import of torch without it takes. A training here
compiles no optimizer. What is wrapped is found by `__wrapped__`, as functools declares it; where a version of
PyTorch has no such wrappers, nothing changes.
https://github.com/pytorch/pytorch/blob/v2.14.0/torch/_compile.py
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import torch
from torch.optim import Optimizer

_OF = "_uncompiled_of"
_MARKED = ("add_param_group", "zero_grad", "state_dict", "load_state_dict")


@functools.cache
def uncompiled(optimizer: type[Optimizer]) -> type[Optimizer]:
    """A class that computes the same. Methods that are not PyTorch's own stay as they are."""
    methods: dict[str, Any] = {
        name: inspect.unwrap(method)
        for name in _MARKED
        if (method := getattr(optimizer, name)) is getattr(Optimizer, name)
    }
    if optimizer.__module__.startswith("torch.optim."):
        methods["step"] = _without_gradients(inspect.unwrap(optimizer.step))
    named = {"__module__": optimizer.__module__, "__doc__": optimizer.__doc__}
    return type(optimizer.__name__, (optimizer,), {**named, **methods, _OF: optimizer})


def declared_type(optimizer: Optimizer) -> type[Optimizer]:
    """The class that the pipeline names, whatever was made of it."""
    found: type[Optimizer] = vars(type(optimizer)).get(_OF, type(optimizer))
    return found


def _without_gradients(step: Callable[..., Any]) -> Callable[..., Any]:
    """As each step of torch.optim is decorated: the update itself is not differentiated, unless asked for."""

    @functools.wraps(step)
    def wrapped(self: Optimizer, *args: Any, **kwargs: Any) -> Any:
        with torch.set_grad_enabled(bool(self.defaults.get("differentiable"))):
            return step(self, *args, **kwargs)

    return wrapped
