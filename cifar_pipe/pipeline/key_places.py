"""Where each key of a pipeline belongs, read from the typed settings and the catalogue's tables.

A place is a mapping of the pipeline, named by the keys that lead to it, with the type of a stage for
its id: `()` is the top level, `("stages", "train", "optimizer")` holds what an optimizer takes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import takewhile
from typing import Any, NamedTuple

from pydantic import BaseModel

from cifar_pipe.catalog.core.annotations import is_model, kind_of, parts, type_of
from cifar_pipe.catalog.core.component_keys import COMMON
from cifar_pipe.catalog.core.entry import KINDS, Kind
from cifar_pipe.catalog.core.lookup import common_keys, table_of
from cifar_pipe.pipeline.document import COMPOSITION_KEYS, Document
from cifar_pipe.stages.registry import OWN, STAGES

Steps = tuple[str, ...]

PLACING = ("type", "after", "before")
"""Keys of a stage that are used up before it is typed."""


class Home(NamedTuple):
    """A place that takes the key. `type` is the annotation of what it takes.

    In a place of components of a `kind`, `takers` are those that take it as an argument; with none
    all of them take it, or it is a key of the place's own.
    """

    place: Steps
    key: str
    description: str
    type: Any
    kind: Kind | None = None
    takers: tuple[str, ...] = ()

    def distance(self, place: Steps) -> int:
        """How many levels one has to go up and down from the other place."""
        pairs = zip(place, self.place, strict=False)
        common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        return len(place) + len(self.place) - 2 * common

    @property
    def stage_type(self) -> str | None:
        """The type of the stage that the place is in."""
        return self.place[1] if len(self.place) > 1 and self.place[0] == "stages" else None


@cache
def homes_by_key() -> Mapping[str, Sequence[Home]]:
    """Every key that a pipeline may have anywhere, with all the places that take it."""
    found = defaultdict(list)
    for home in _homes():
        found[home.key].append(home)
    return found


@cache
def keys_anywhere() -> frozenset[str]:
    """All that `homes_by_key` knows, less what packages add: to read what is installed takes longer than
    all of a check.
    """
    models: list[type[BaseModel]] = [Document, *(STAGES[name].spec for name in OWN)]
    own = {*OWN, "stages", *COMPOSITION_KEYS, *PLACING, *COMMON}
    return frozenset(own.union(*map(_keys_within, models), *map(_takers, KINDS)))


def _keys_within(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield field.alias or name
        for part in filter(is_model, _holders(type_of(field))):
            yield from _keys_within(part)


def _homes() -> Iterator[Home]:
    yield from _of_model((), Document)
    for key in ("stages", *COMPOSITION_KEYS):
        yield Home((), key, "", str | list if key == "extends" else dict)
    for name, row in STAGES.items():
        yield Home(("stages",), name, row.summary, dict)
        yield from _of_model(("stages", name), row.spec)
        yield from (Home(("stages", name), key, "", str) for key in PLACING[1:])


def _of_model(place: Steps, model: type[BaseModel]) -> Iterator[Home]:
    """The model's keys, and those of the models and components within it."""
    for name, field in model.model_fields.items():
        key = field.alias or name
        yield Home(place, key, field.description or "", type_of(field))
        for part in dict.fromkeys(_holders(type_of(field))):
            if is_model(part):
                yield from _of_model((*place, key), part)
            else:
                yield from _of_kind((*place, key), part)


def _holders(annotation: Any) -> Iterator[Any]:
    """The models and the kinds of components within the type."""
    for part in parts(annotation):
        if kind := kind_of(part):
            yield kind
        elif is_model(part):
            yield part


def _of_kind(place: Steps, kind: Kind) -> Iterator[Home]:
    for name, names in _takers(kind).items():
        arg = table_of(kind).entries[names[0]].args[name]
        yield Home(place, name, arg.description, arg.type, kind, tuple(names))
    yield from _of_common_keys(place, kind)


@cache
def _takers(kind: Kind) -> Mapping[str, Sequence[str]]:
    """By each argument the components that take it."""
    takers = defaultdict(list)
    for entry in table_of(kind).entries.values():
        for name in entry.args:
            takers[name].append(entry.name)
    return takers


def _of_common_keys(place: Steps, kind: Kind) -> Iterator[Home]:
    """The keys beside the arguments; within them, an optimizer's groups take its arguments too."""
    found: dict[tuple[Steps, str], Home] = {}
    # Most components of a kind have theirs in common.
    homes: dict[type[BaseModel], list[Home]] = {}
    for entry in table_of(kind).entries.values():
        model = common_keys(entry)
        if model not in homes:
            homes[model] = [*_of_model(place, model)]
        for home in homes[model]:
            known = found.get((home.place, home.key))
            if home.key in entry.args:
                takers = (*(known.takers if known else ()), entry.name)
                found[home.place, home.key] = home._replace(kind=kind, takers=takers)
            elif known is None:
                found[home.place, home.key] = home._replace(kind=kind)
    yield from found.values()
