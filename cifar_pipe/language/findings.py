"""What a check found: one mistake, one finding, at the words that caused it.

A finding is an error, and the pipeline does not run; or a warning, and it runs: what stands there
is legal and hardly meant. Which of the two it is its code says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cifar_pipe.language.characters import strange_in
from cifar_pipe.language.codes import CODES
from cifar_pipe.language.nodes import SET_HERE, Span

MOST_TOLD = 200
"""How many errors are told, and how many warnings: nobody reads more."""


class TooManyError(Exception):
    """One error more than are told was found, at the span."""

    def __init__(self, span: Span) -> None:
        super().__init__()
        self.span = span


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is a key of `codes.CODES`. `notes` are facts, `help` is what to do.

    `related` are second positions ("first defined here") with their labels.
    """

    code: str
    message: str
    span: Span
    notes: tuple[str, ...] = ()
    help: str | None = None
    related: tuple[tuple[Span, str], ...] = ()

    @property
    def is_warning(self) -> bool:
        return CODES[self.code].warning


@dataclass(frozen=True, slots=True)
class NotKnown:
    """A check that could not be made, and what it would need."""

    check: str
    needs: str
    span: Span | None = None


class Findings:
    """Collects findings, so that all mistakes are told at once.

    `found` are errors; only these count where findings are asked for their truth. Beyond
    MOST_TOLD of a kind none is kept; within `limited`, adding one error more stops the search.
    """

    def __init__(self) -> None:
        self.found: list[Finding] = []
        self.warned: list[Finding] = []
        self.not_known: list[NotKnown] = []
        # Whether shapes were left for when these findings are mended.
        self.shapes_wait = False
        # Where stages, vars and blocks were taken out again: by map and name.
        self.removed: dict[tuple[str, str], Span] = {}
        self._told: set[tuple[object, ...]] = set()
        self._stops = False

    @contextmanager
    def limited(self) -> Iterator[None]:
        """Leaves what is done within, with a closing finding, where more errors come than are told."""
        outside, self._stops = self._stops, True
        try:
            yield
        except TooManyError as error:
            last = max([error.span, *(one.span for one in self.found)], key=_place)
            message = f"{MOST_TOLD} findings are told, more are not looked for"
            self.found.append(Finding("too-large", message, last))
        finally:
            self._stops = outside

    @property
    def warns(self) -> bool:
        """Whether another warning would be kept."""
        return len(self.warned) < MOST_TOLD

    def add(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        notes: Iterable[str] = (),
        help: str | None = None,  # noqa: A002
        related: Iterable[tuple[Span, str]] = (),
    ) -> None:
        told = _identity(code, message, span)
        if told not in self._told:
            if CODES[code].warning and not self.warns:
                return
            if not CODES[code].warning and len(self.found) >= MOST_TOLD:
                if self._stops:
                    raise TooManyError(span)
                return
            self._told.add(told)
            way = (*related, *_way_to(span))
            help = strange_in(span, around=code == "syntax") or help  # noqa: A001
            finding = Finding(code, message, span, tuple(notes), help, way)
            (self.warned if finding.is_warning else self.found).append(finding)

    def unknown(self, check: str, needs: str, span: Span | None = None) -> None:
        self.not_known.append(NotKnown(check, needs, span))

    def __bool__(self) -> bool:
        return bool(self.found)

    def extend(self, other: Findings) -> None:
        """Takes over all that another collection has and this one has not."""
        for finding in (*other.found, *other.warned):
            told = _identity(finding.code, finding.message, finding.span)
            if told not in self._told:
                self._told.add(told)
                (self.warned if finding.is_warning else self.found).append(finding)
        self.not_known.extend(other.not_known)
        self.shapes_wait |= other.shapes_wait

    def sorted(self) -> list[Finding]:
        """The errors, by their place."""
        return _by_place(self.found)

    def all_sorted(self) -> list[Finding]:
        """Errors and warnings, by their place."""
        return _by_place([*self.found, *self.warned])


def _identity(code: str, message: str, span: Span) -> tuple[object, ...]:
    """What makes two findings one: the place, or the one wrong value that references lead to."""
    if span.way is not None and span.way[1] == SET_HERE:
        origin = span.way[0]
        return code, origin.source, origin.line, origin.column
    return code, message, span.source, span.line, span.column, span.end_column


def _by_place(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: (*_place(one.span), one.code))


def _place(span: Span) -> tuple[str, int, int]:
    return span.source.name, span.line, span.column


def _way_to(span: Span) -> Iterator[tuple[Span, str]]:
    """How the pipeline comes to what stands there: through references, blocks, `extends`."""
    way = span.way
    while way is not None:
        yield way
        way = way[0].way
    at = span.source.extended_at
    while at is not None:
        yield at, f"{span.source.name} is extended here"
        span, at = at, at.source.extended_at
