"""Makes the objects that components name. Only what was written is passed on."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from functools import cache
from pkgutil import resolve_name
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.entry import Entry
from cifar_pipe.catalog.core.facts import LayerFacts, NetworkFacts
from cifar_pipe.catalog.torch.versions import installed, is_older_than_tables, package_of
from cifar_pipe.errors import RunError

_VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class TorchTooOldError(RunError):
    """The installed PyTorch or torchvision lacks the component, or an argument that was written."""

    def __init__(self, component: str, argument: str | None, installed: str) -> None:
        what = f"argument `{argument}` of {component}" if argument else f"{component}"
        super().__init__(
            f"{installed} has no {what}",
            help=f"leave {argument or component} out, or install a newer version",
        )
        self.argument = argument


def resolve(entry: Entry) -> Callable[..., Any]:
    """The class or function at the entry's address; raises TorchTooOldError where there is none.

    Raises RunError where a package that adds the component cannot be imported.
    """
    try:
        make: Callable[..., Any] = resolve_name(entry.address)
    except AttributeError:
        raise TorchTooOldError(entry.name, None, _installed(entry)) from None
    except ImportError as error:
        message = f"{entry.name} of the package {package_of(entry)} cannot be imported: {error}"
        raise RunError(message, help="install what the package needs") from error
    return make


def build(component: Component, /, **extra: Any) -> Any:
    """The object: of the arguments that were written, and of `extra`, which goes first.

    Lists become tuples, a loss's class weights float32 tensors [classes]. Raises TorchTooOldError for an
    argument that the installed version does not know, and whatever PyTorch says of the values.
    """
    entry, ready = component.entry, arguments_of(component, **extra)
    match entry.facts:
        case LayerFacts(network=NetworkFacts() as network):
            with NumbersOnCpu() if network.computes_sizes else nullcontext():
                return _network(entry, network, ready)
    return resolve(entry)(**ready)


def arguments_of(component: Component, /, **extra: Any) -> dict[str, Any]:
    """What `build` passes. Raises TorchTooOldError."""
    entry = component.entry
    arguments = {**entry.fixed_args, **_passed(component), **extra}
    _check_known(entry, arguments)
    return {
        name: _tensor(value) if name in entry.tensor_args else _frozen(value)
        for name, value in arguments.items()
    }


def check_installed(component: Component) -> str | None:
    """What the installed version lacks for this component, in a sentence, or None.

    Only an older version than the tables were made for is looked into: that takes an import.
    """
    if not is_older_than_tables(component.entry):
        return None
    try:
        _check_known(component.entry, _passed(component))
    except TorchTooOldError as error:
        return error.message
    return None


def parameters_of(entry: Entry, make: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """The named parameters of `make`, and of the class that it hands its **kwargs to."""
    parameters = dict(_signature(make))
    if entry.signature:
        parameters |= _signature(resolve_name(entry.signature))
    return {key: one for key, one in parameters.items() if one.kind not in _VARIABLE}


@cache
def _signature(make: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(make).parameters


def _passed(component: Component) -> dict[str, Any]:
    """What was written, less the arguments of ours: those are for whoever calls the builder."""
    own = component.entry.own_args
    return {name: value for name, value in component.given.items() if name not in own}


def _check_known(entry: Entry, arguments: Iterable[str]) -> None:
    make = resolve(entry)
    if entry.signature is None and _takes_any(make):
        return
    known = parameters_of(entry, make)
    for name in arguments:
        if name not in known:
            raise TorchTooOldError(entry.name, name, _installed(entry))


def _takes_any(make: Callable[..., Any]) -> bool:
    return any(one.kind is one.VAR_KEYWORD for one in _signature(make).values())


def _installed(entry: Entry) -> str:
    package = package_of(entry)
    names = {"torch": "PyTorch", "torchvision": "torchvision"}
    return f"{names[package]} {installed(package)}" if package in names else package


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _tensor(value: Any) -> Any:
    return torch.tensor(value, dtype=torch.float32) if isinstance(value, list) else value


def _network(entry: Entry, facts: NetworkFacts, arguments: dict[str, Any]) -> nn.Module:
    """Pretrained weights are loaded first, and then the head is replaced.

    torchvision itself refuses pretrained weights with another number of classes than theirs, or
    without the auxiliary heads.
    """
    make, known = resolve(entry), facts.pretrained_classes
    if facts.head is None or not arguments.get("weights"):
        return make(**arguments)  # type: ignore[no-any-return]
    taken = {key: value for key, value in arguments.items() if key not in entry.fixed_args}
    network: nn.Module = make(**{**taken, "num_classes": known})
    if facts.auxiliary:
        network.aux_logits = False  # type: ignore[assignment]
        for name in facts.auxiliary:
            setattr(network, name, None)
    if (classes := arguments.get("num_classes", known)) != known:
        _replace_head(network, facts.head, classes)
    return network


def _replace_head(network: nn.Module, path: str, classes: int) -> None:
    """The last layer again, with PyTorch's own first weights, for this many classes."""
    head = network.get_submodule(path)
    if isinstance(head, nn.Linear):
        new: nn.Module = nn.Linear(head.in_features, classes, bias=head.bias is not None)
    else:
        assert isinstance(head, nn.Conv2d), head
        new = nn.Conv2d(head.in_channels, classes, kernel_size=1)
    parent, _, name = path.rpartition(".")
    setattr(network.get_submodule(parent), name, new)


class NumbersOnCpu(TorchFunctionMode):
    """RegNets compute their widths with tensors, which hold nothing on the meta device."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func in (torch.arange, torch.tensor):
            kwargs["device"] = "cpu"
        return func(*args, **kwargs)
