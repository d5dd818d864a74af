"""What the catalogue says of one name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "dataset", "transform", "layer", "initializer", "loss", "optimizer", "scheduler", "metric"
]
KINDS: tuple[Kind, ...] = (
    "dataset",
    "transform",
    "layer",
    "initializer",
    "loss",
    "optimizer",
    "scheduler",
    "metric",
)

REQUIRED: Any = ...


@dataclass(frozen=True, slots=True)
class Arg:
    """One argument: PyTorch's own name is the key under which it stands in `Entry.args`.

    `inferred` names what fills an argument that is left out: `channels` (dimension 1 of what the
    layer is given), `features` (its last dimension), `shape` (its last dimension too, where that is
    [N, F] or [N, S, F]; with more dimensions there is a choice, and it must be written), `length`
    (the training's, in what the scheduler counts: epochs or steps) or `monitor` (what is better of
    the value that the training watches: min or max).
    """

    type: Any
    default: Any = REQUIRED
    description: str = ""
    inferred: Literal["channels", "features", "shape", "length", "monitor"] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One name that a YAML may use.

    `address` is `module:name` of what is built, never imported here. `traits` are what checks and
    builders of this kind need to know beyond the arguments; each kind's table says which. Those of
    all kinds: `rule`, a rule between the arguments (`catalog/rules.py`); `own`, the names of the
    arguments that are ours and not PyTorch's.
    """

    kind: Kind
    name: str
    summary: str
    address: str
    args: Mapping[str, Arg] = field(default_factory=dict)
    link: str = ""
    traits: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """All of one kind: the names that are kept, and those left out, each with its reason.

    `source` are the modules whose public names are all in `entries` or in `left_out`.
    `arguments_left_out` gives the reason for each argument of theirs that is not taken, under its
    own name (`device`) or under the component's and its own (`Hardtanh.min_value`).
    """

    kind: Kind
    entries: Mapping[str, Entry]
    left_out: Mapping[str, str]
    source: tuple[str, ...]
    arguments_left_out: Mapping[str, str] = field(default_factory=dict)

    def why_not(self, name: str, argument: str) -> str | None:
        """The reason why the component `name` does not take `argument` here, if there is one."""
        reasons = self.arguments_left_out
        return reasons.get(f"{name}.{argument}", reasons.get(argument))


def table(
    kind: Kind,
    entries: list[Entry],
    left_out: Mapping[str, str],
    *,
    source: tuple[str, ...],
    arguments_left_out: Mapping[str, str] | None = None,
) -> Table:
    names = [entry.name for entry in entries]
    assert len(set(names)) == len(names), f"a name stands twice in the {kind} table"
    assert not set(names) & set(left_out), f"a {kind} is both kept and left out"
    by_name = {entry.name: entry for entry in entries}
    return Table(kind, by_name, left_out, source, arguments_left_out or {})
