"""Components that other packages add to the catalogue, through entry points.

A package offers a callback with `[project.entry-points."cifar_pipe.callbacks"]` and a line
`Name = "package.module:ROW"`, where ROW is an Entry as in our own tables; other kinds are other
groups. A stage is a StageType in the group of STAGES. Nothing is looked for unless a name is not ours: reading what is installed takes 10 ms. A
pipeline names components, and never a module: what may be imported is what has been installed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from cifar_pipe.catalog.core.entry import Arg, Entry, Kind
from cifar_pipe.catalog.core.facts import Facts

if TYPE_CHECKING:  # Looking for them is left until a name is not ours.
    from importlib.metadata import EntryPoint

GROUPS: Mapping[Kind, str] = {
    "dataset": "cifar_pipe.datasets",
    "transform": "cifar_pipe.transforms",
    "layer": "cifar_pipe.layers",
    "initializer": "cifar_pipe.initializers",
    "loss": "cifar_pipe.losses",
    "optimizer": "cifar_pipe.optimizers",
    "scheduler": "cifar_pipe.schedulers",
    "sampler": "cifar_pipe.samplers",
    "averaging": "cifar_pipe.averagings",
    "callback": "cifar_pipe.callbacks",
    "metric": "cifar_pipe.metrics",
    "tracker": "cifar_pipe.trackers",
}
"""The group of entry points of each kind."""

STAGES = "cifar_pipe.stages"
"""The group of the stage types."""


class Offer(NamedTuple):
    """What a package offers under a name: a row, or else in words why it cannot be used."""

    package: str
    row: Any = None
    problem: str | None = None


class Plugin(NamedTuple):
    """The offer of a component."""

    package: str
    entry: Entry | None = None
    problem: str | None = None


def names(kind: Kind) -> tuple[str, ...]:
    """What the installed packages offer of the kind; none of them is imported."""
    return names_in(GROUPS[kind])


@cache
def names_in(group: str) -> tuple[str, ...]:
    """The same, of a group."""
    return tuple(_offered(group))


@cache
def plugin(kind: Kind, name: str, facts: type[Facts]) -> Plugin | None:
    """What is offered under the name; imports the package. `facts` is the class of the kind's facts."""
    found = offer(GROUPS[kind], name, lambda row: _wrong(row, kind, name, facts))
    return Plugin(found.package, found.row, found.problem) if found else None


def offer(group: str, name: str, wrong: Callable[[Any], str | None]) -> Offer | None:
    """What is offered under the name in the group; imports the package. `wrong` says in words, after the
    row's address, why a row cannot be used.
    """
    points = _offered(group).get(name)
    if not points:
        return None
    packages = [one.dist.name if one.dist else one.value for one in points]
    if len(points) > 1:
        return Offer(packages[0], problem=f"{' and '.join(sorted(packages))} both offer it")
    try:
        row = points[0].load()
    except Exception as error:  # noqa: BLE001  whatever somebody's module does when it is imported
        return Offer(packages[0], problem=f"{type(error).__name__}: {error}".rstrip(": "))
    problem = wrong(row)
    if problem:
        return Offer(packages[0], problem=f"{points[0].value} {problem}")
    return Offer(packages[0], row)


@cache
def _offered(group: str) -> Mapping[str, list[EntryPoint]]:
    found = defaultdict(list)
    for point in _all().select(group=group):
        found[point.name].append(point)
    return found


@cache
def _all() -> Any:
    # What this imports, `email` for one, takes 10 ms.
    from importlib.metadata import entry_points  # noqa: PLC0415

    return entry_points()


def _wrong(entry: object, kind: Kind, name: str, facts: type[Facts]) -> str | None:
    if not isinstance(entry, Entry):
        return f"is {type(entry).__name__}, not an Entry"
    if (entry.kind, entry.name) != (kind, name):
        return f"is the {entry.kind} {entry.name}, not the {kind} {name}"
    if not isinstance(entry.facts, facts):
        return f"has {type(entry.facts).__name__}, not {facts.__name__}"
    odd = next((key for key, arg in entry.args.items() if not isinstance(arg, Arg)), None)
    return f"has an argument {odd} that is no Arg" if odd else None


def forget() -> None:
    """For tests, which install packages while they run."""
    for cached in (_all, _offered, names_in, plugin):
        cached.cache_clear()
