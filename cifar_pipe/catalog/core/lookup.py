"""Finds a component by its name and makes the typed model of its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, ClassVar, Self

from pydantic import BaseModel, Field, create_model, model_validator

from cifar_pipe.catalog.core import plugins
from cifar_pipe.catalog.core.argument_rules import Rule
from cifar_pipe.catalog.core.entry import REQUIRED, STRICT, Arg, Entry, Kind, Table
from cifar_pipe.catalog.core.plugins import Plugin

# Each kind's table is imported when it is first asked for.
TABLES: dict[Kind, str] = {
    "dataset": "cifar_pipe.catalog.tables.datasets",
    "transform": "cifar_pipe.catalog.tables.transforms.table",
    "sampler": "cifar_pipe.catalog.tables.samplers",
    "layer": "cifar_pipe.catalog.tables.layers.table",
    "initializer": "cifar_pipe.catalog.tables.initializers",
    "loss": "cifar_pipe.catalog.tables.losses",
    "optimizer": "cifar_pipe.catalog.tables.optimizers",
    "scheduler": "cifar_pipe.catalog.tables.schedulers",
    "averaging": "cifar_pipe.catalog.tables.averagings",
    "callback": "cifar_pipe.catalog.tables.callbacks",
    "metric": "cifar_pipe.catalog.tables.metrics",
    "tracker": "cifar_pipe.catalog.tables.trackers",
}


@cache
def table_of(kind: Kind) -> Table:
    table: Table = import_module(TABLES[kind]).TABLE
    return table


def common_keys(entry: Entry) -> type[BaseModel]:
    """The model of the keys that the component takes beside its arguments."""
    return table_of(entry.kind).keys(entry)


def find(kind: Kind, name: str) -> Entry | None:
    """The row of the name: our own, or else that of a package which adds it."""
    entry = table_of(kind).entries.get(name)
    if entry is None and (added := plugin_of(kind, name)):
        return added.entry
    return entry


def plugin_of(kind: Kind, name: str) -> Plugin | None:
    """What an installed package offers under the name; our own names are never looked for."""
    table = table_of(kind)
    if name in table.entries or name not in plugins.names(kind):
        return None
    facts: Any = type(next(iter(table.entries.values())).facts)
    return plugins.plugin(kind, name, facts)


def names_of(kind: Kind) -> tuple[str, ...]:
    """Our own names, and those that packages add."""
    own = table_of(kind).entries
    return (*own, *(name for name in plugins.names(kind) if name not in own))


def entries_of(kind: Kind) -> Mapping[str, Entry]:
    """Our own rows, and those of packages that can be used."""
    found = ((name, find(kind, name)) for name in names_of(kind))
    return {name: entry for name, entry in found if entry is not None}


def refused(kind: Kind) -> Mapping[str, str]:
    """What packages offer and cannot be used, in words, by name."""
    own, words = table_of(kind).entries, {}
    for name in plugins.names(kind):
        offer = plugin_of(kind, name)
        if name in own:
            words[name] = "a package offers it, and the name is taken"
        elif offer is not None and offer.problem:
            words[name] = f"of the package {offer.package}: {offer.problem}"
    return words


class Arguments(BaseModel):
    """The typed arguments of one component."""

    model_config = STRICT

    RULE: ClassVar[Rule | None] = None

    @model_validator(mode="after")
    def _follow_rule(self) -> Self:
        rule = type(self).RULE
        if rule and (broken := rule(dict(self))):
            raise broken.error()
        return self


@cache
def _model(kind: Kind, name: str) -> type[Arguments]:
    entry = find(kind, name)
    assert entry is not None
    fields: dict[str, Any] = {key: _field(arg) for key, arg in entry.args.items()}
    model = create_model(name, __base__=Arguments, __doc__=entry.summary, **fields)
    if entry.rule:
        model.RULE = staticmethod(entry.rule)
    return model


def model_for(entry: Entry) -> type[Arguments]:
    """The Pydantic model of the entry's arguments, made once, when it is first needed."""
    return _model(entry.kind, entry.name)


def without_any(entry: Entry) -> Arguments | None:
    """The arguments where none is written; None where some must be, or may have to be."""
    model = model_for(entry)
    needs_some = entry.rule or any(one.is_required() for one in model.model_fields.values())
    return None if needs_some else model.model_construct()


def _field(arg: Arg) -> tuple[Any, Any]:
    # Defaults are shown in the schema and never validated: PyTorch's own are not always of the
    # type that one would write.
    default = None if arg.inferred and arg.default is REQUIRED else arg.default
    return arg.type, Field(default, description=arg.description or None)
