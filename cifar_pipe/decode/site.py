"""Where in a pipeline something is decoded, and who knows what belongs where."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import field, replace
from typing import Any, NamedTuple, Protocol

from cifar_pipe.catalog.core.entry import Entry
from cifar_pipe.frozen import frozen
from cifar_pipe.syntax.nodes import Item


class Advice(NamedTuple):
    """What to do with a key that is not taken. `is_elsewhere` is true where it stands for none of
    the keys that are.
    """

    help: str | None = None
    notes: tuple[str, ...] = ()
    is_elsewhere: bool = False


def words_of(advice: Advice | None) -> dict[str, Any]:
    """The help and notes of a finding; none where nothing is known."""
    return {"help": advice.help, "notes": advice.notes} if advice else {}


class KeyAdviser(Protocol):
    """Knows the other places of a pipeline, and what is written there."""

    def advise(self, item: Item, site: Site, allowed: Collection[str]) -> Advice | None:
        """What to do with a key that is not allowed at the site, or None where nothing is known."""

    def missing(self, keys: Collection[str], report: Callable[[], None]) -> None:
        """Reports that one of the keys is missing, at once or when all that is misplaced is known."""


class _Nobody:
    """Knows one place alone."""

    def advise(self, item: Item, site: Site, allowed: Collection[str]) -> None:
        """Knows nothing of other places."""

    def missing(self, keys: Collection[str], report: Callable[[], None]) -> None:  # noqa: ARG002
        report()


NOBODY: KeyAdviser = _Nobody()


@frozen
class Site:
    """The keys that lead to a mapping, with the type of a stage for its id; `stage` is this id.

    `component` is the entry of the component that the mapping belongs to.
    """

    steps: tuple[str, ...] = ()
    stage: str | None = None
    component: Entry | None = None
    adviser: KeyAdviser = field(default=NOBODY, repr=False)

    @property
    def stage_type(self) -> str | None:
        return self.steps[1] if len(self.steps) > 1 and self.steps[0] == "stages" else None

    def below(self, key: str) -> Site:
        return replace(self, steps=(*self.steps, key))


NOWHERE = Site()
