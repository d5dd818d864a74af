"""Compares the tables with the installed PyTorch and torchvision."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from enum import Enum
from importlib import import_module
from typing import Any

from torch import nn

from cifar_pipe.catalog.core.entry import REQUIRED, Arg, Entry, Kind, Table
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.torch.build import parameters_of

# The version of PyTorch whose names and arguments the tables hold.
TABLES_MADE_FOR = "2.14"

# Where a table asks for more than the signature: PyTorch warns that it will.
STRICTER: Mapping[str, str] = {
    "KLDivLoss.reduction": "PyTorch warns that its default will change",
    **{
        f"{name}.dim": "without it PyTorch picks a dimension, and warns that this is deprecated"
        for name in ("Softmax", "LogSoftmax", "Softmin")
    },
}


def drift(kind: Kind) -> list[str]:
    """Each difference between the kind's table and what is installed, in a sentence."""
    table = table_of(kind)
    public = _public_names(table)
    named = table.entries.keys() | table.left_out.keys()
    found = [f"{name} is neither kept nor left out" for name in sorted(public.keys() - named)]
    if table.source:
        modules = [import_module(module) for module in table.source]
        gone = [n for n in table.left_out if not any(hasattr(module, n) for module in modules)]
        found += [f"{name} is left out and does not exist" for name in sorted(gone)]
    for name, entry in table.entries.items():
        if name in public:
            found += _differences(table, entry, parameters_of(entry, public[name]))
    return found


def missing_required(kind: Kind) -> list[str]:
    """Required arguments of an older version that a table does not have; there must be none."""
    table = table_of(kind)
    public = _public_names(table)
    return [
        f"{name} needs {parameter}"
        for name, entry in table.entries.items()
        if name in public
        for parameter, one in parameters_of(entry, public[name]).items()
        if one.default is one.empty
        and parameter not in entry.args
        and table.why_not(name, parameter) is None
    ]


# ---- what is public ---------------------------------------------------------------------------


def _is_layer(_: str, thing: Any) -> bool:
    return isinstance(thing, type) and issubclass(thing, nn.Module)


def _is_loss(name: str, thing: Any) -> bool:
    return _is_layer(name, thing) and name.removesuffix("2d").endswith("Loss")


def _is_class(_: str, thing: Any) -> bool:
    return isinstance(thing, type)


def _is_initializer(name: str, thing: Any) -> bool:
    return inspect.isfunction(thing) and name.endswith("_")


_BELONGS: Mapping[Kind, Callable[[str, Any], bool]] = {
    "layer": _is_layer,
    "initializer": _is_initializer,
    "loss": _is_loss,
}


def _public_names(table: Table) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for module in table.source:
        found |= _public(table.kind, module)
    return found


def _public(kind: Kind, address: str) -> dict[str, Any]:
    module = import_module(address)
    if address == "torchvision.models":
        return {name: getattr(module, name) for name in module.list_models(module=module)}
    belongs = _BELONGS.get(kind, _is_class)
    names = [name for name in dir(module) if not name.startswith("_")]
    listed = getattr(module, "__all__", names) if kind not in _BELONGS else names
    return {name: getattr(module, name) for name in listed if belongs(name, getattr(module, name))}


# ---- signatures -------------------------------------------------------------------------------


def _differences(
    table: Table, entry: Entry, installed: Mapping[str, inspect.Parameter]
) -> list[str]:
    found = [
        f"{entry.name} has no argument {name}"
        for name in entry.args
        if name not in installed and name not in entry.own_args
    ]
    for name, parameter in installed.items():
        arg, reason = entry.args.get(name), table.why_not(entry.name, name)
        if arg is None and reason is None:
            found.append(f"{entry.name}.{name} is neither kept nor left out")
        elif arg is not None and not _may_differ(entry, name):
            found += _different_default(f"{entry.name}.{name}", arg, parameter)
    return found


def _may_differ(entry: Entry, argument: str) -> bool:
    """Its default is not that of the signature, or is not taken."""
    return argument in entry.builder_defaults or f"{entry.name}.{argument}" in STRICTER


def _different_default(name: str, arg: Arg, parameter: inspect.Parameter) -> list[str]:
    default = REQUIRED if parameter.default is parameter.empty else _plain(parameter.default)
    # bool is an int: False == 0 must not pass for the same default.
    ours = _plain(arg.default)
    if ours == default and isinstance(ours, bool) == isinstance(default, bool):
        return []
    return [f"{name} has the default {default!r} and not {ours!r}"]


def _plain(default: Any) -> Any:
    """The default as a table writes it: lists for tuples, the words of functions and enums."""
    if isinstance(default, tuple | list):
        return [_plain(one) for one in default]
    if isinstance(default, Enum):
        return default.value
    return default.__name__ if inspect.isfunction(default) else default
