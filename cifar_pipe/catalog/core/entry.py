"""What the catalogue says of one name."""

from __future__ import annotations

from collections import UserDict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, ValuesView
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any, Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict

from cifar_pipe.catalog.core.argument_rules import Rule
from cifar_pipe.catalog.core.facts import Facts

Kind = Literal[
    "dataset",
    "transform",
    "sampler",
    "layer",
    "initializer",
    "loss",
    "optimizer",
    "scheduler",
    "averaging",
    "callback",
    "metric",
    "tracker",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

REQUIRED: Any = ...
NO_FACTS = Facts()


class Usual(NamedTuple):
    """The values that are meant: others are legal, and reported as a warning.

    `holds` says whether a value is one of them. `otherwise` is in words what the component does
    with another one, after its name: `SGD with momentum: 9 adds its updates up without end`. `help`
    is what to write.
    """

    holds: Callable[[Any], bool]
    otherwise: str
    help: str


@dataclass(frozen=True, slots=True)
class Arg:
    """One argument: PyTorch's own name is its key in `Entry.args`.

    `inferred` names what fills an argument that is left out: `channels` (dimension 1 of what the
    layer is given), `features` (its last dimension), `shape` (its last dimension too, where that is
    [N, F] or [N, S, F]; with more dimensions there is a choice, and it must be written), `length`
    (the training's, in what the scheduler counts: epochs or steps) or `monitor` (what is better of
    the value that the training watches: min or max). `usual` is None where any value may be meant.
    `reads` is true of the path of a file or folder that is read.
    """

    type: Any
    default: Any = REQUIRED
    description: str = ""
    inferred: Literal["channels", "features", "shape", "length", "monitor"] | None = None
    usual: Usual | None = None
    reads: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One name that a YAML may use.

    `address` is `module:name` of what is built, never imported here. `facts` are what checks and
    builders of the kind need to know beyond the arguments. `rule` is a rule between the arguments.

    How it is built: `own_args` are the arguments that are ours and not PyTorch's, `fixed_args` are
    always passed, `tensor_args` are turned from lists into tensors. `signature` is the address of
    the class whose signature the arguments come from, where what is built takes **kwargs.
    `builder_defaults` are the arguments whose default is the building function's own, and not that
    of the signature.
    """

    kind: Kind
    name: str
    summary: str
    address: str
    args: Mapping[str, Arg] = field(default_factory=dict)
    link: str = ""
    facts: Facts = NO_FACTS
    rule: Rule | None = None
    own_args: tuple[str, ...] = ()
    fixed_args: Mapping[str, Any] = field(default_factory=dict)
    tensor_args: tuple[str, ...] = ()
    signature: str | None = None
    builder_defaults: tuple[str, ...] = ()

    def takes(self, **args: Any) -> Entry:
        """The row with its arguments: each an Arg, or the default of the kind's usual argument."""
        return replace(self, args=args)

    def to_be_filled(self, given: Container[str]) -> dict[str, str]:
        """The arguments that must be written and are not given, each with its name in capitals for
        the value.
        """
        return {
            name: name.upper()
            for name, arg in self.args.items()
            if arg.default is REQUIRED and arg.inferred is None and name not in given
        }


def pytorch(
    kind: Kind,
    module: str,
    name: str,
    summary: str,
    facts: Facts = NO_FACTS,
    rule: Rule | None = None,
) -> Entry:
    """A row for a class of PyTorch's or torchvision's, under its own name."""
    part = "vision" if module.startswith("torchvision") else "docs"
    page = f"https://docs.pytorch.org/{part}/stable/generated/{module}.{name}.html"
    return Entry(kind, name, summary, f"{module}:{name}", {}, page, facts, rule)


# Validators are built when they are used: of most models that a catalogue has, they never are.
STRICT = ConfigDict(
    extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True, defer_build=True
)


class Keys(BaseModel):
    """The keys that every component of a kind takes beside its own arguments: none."""

    model_config = STRICT


def no_keys(_: Entry) -> type[BaseModel]:
    return Keys


class Rows(UserDict[str, Entry]):
    """The rows by their names, made when a name is asked for that none of the rows before has."""

    def __init__(self, rows: Iterable[Entry]) -> None:
        super().__init__()
        self._rest = iter(rows)
        self._lock = RLock()

    def __missing__(self, name: str) -> Entry:
        if name in self:
            return self.data[name]
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        if name not in self.data:
            self._make(until=name)
        return name in self.data

    def __iter__(self) -> Iterator[str]:
        self._make()
        return iter(self.data)

    def values(self) -> ValuesView[Entry]:
        self._make()
        return self.data.values()

    def __len__(self) -> int:
        self._make()
        return len(self.data)

    def _make(self, until: object = None) -> None:
        with self._lock:
            for row in self._rest:
                assert row.name not in self.data, (
                    f"{row.name} appears twice in the {row.kind} table"
                )
                self.data[row.name] = row
                if row.name == until:
                    return


class Table(NamedTuple):
    """All of one kind: the names that are kept, and those left out, each with its reason.

    `source` are the modules whose public names are all in `entries` or in `left_out`.
    `arguments_left_out` gives the reason for each argument of theirs that is not taken, under its
    own name (`device`) or under the component's and its own (`Hardtanh.min_value`). `keys` gives
    the model of the keys that a component of the kind takes beside its arguments.
    """

    kind: Kind
    entries: Mapping[str, Entry]
    left_out: Mapping[str, str]
    source: tuple[str, ...]
    arguments_left_out: Callable[[], Mapping[str, str]]
    keys: Callable[[Entry], type[BaseModel]]

    def why_not(self, name: str, argument: str) -> str | None:
        """The reason why the component `name` does not take `argument` here, if there is one."""
        reasons = self.arguments_left_out()
        return reasons.get(f"{name}.{argument}", reasons.get(argument))


def by_name(names_by_reason: Mapping[str, str]) -> dict[str, str]:
    """The reason of each name, from the names of each reason, with blanks between them."""
    return {name: reason for reason, names in names_by_reason.items() for name in names.split()}


def table(
    kind: Kind,
    rows: Iterable[Entry],
    left_out: Mapping[str, str] | None = None,
    *,
    usual: Mapping[str, Arg | str] | None = None,
    source: tuple[str, ...] = (),
    arguments_left_out: Callable[[], Mapping[str, str]] = dict,
    keys: Callable[[Entry], type[BaseModel]] = no_keys,
) -> Table:
    """`rows` are taken as `Rows` takes them.

    `usual` are the arguments that many of the kind have, under their names.

    A row gives its own default for one (`lr=0.1`), or an Arg, which may lack the description. Where
    their types differ, only the description is given here.
    """
    filled = (replace(row, args=_filled(row.args, usual or {})) for row in rows)
    return Table(kind, Rows(filled), left_out or {}, source, arguments_left_out, keys)


def _filled(args: Mapping[str, Any], usual: Mapping[str, Arg | str]) -> dict[str, Arg]:
    filled = {}
    for name, arg in args.items():
        match arg, usual.get(name):
            case Arg(description=""), Arg(description=words) | str(words):
                filled[name] = replace(arg, description=words)
            case Arg(), _:
                filled[name] = arg
            case default, Arg() as known:
                filled[name] = replace(known, default=default)
            case _:
                raise AssertionError(name)
    return filled
