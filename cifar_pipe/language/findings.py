"""What a check found: one mistake, one finding, at the words that caused it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cifar_pipe.language.nodes import Span


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


@dataclass(frozen=True, slots=True)
class NotKnown:
    """A check that could not be made, and what it would need."""

    check: str
    needs: str
    span: Span | None = None


class Findings:
    """Collects findings, so that all mistakes are told at once."""

    def __init__(self) -> None:
        self.found: list[Finding] = []
        self.not_known: list[NotKnown] = []
        self._told: set[tuple[object, ...]] = set()

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
        told = (code, message, id(span.source), span.line, span.column, span.end_column)
        if told not in self._told:
            self._told.add(told)
            self.found.append(Finding(code, message, span, tuple(notes), help, tuple(related)))

    def unknown(self, check: str, needs: str, span: Span | None = None) -> None:
        self.not_known.append(NotKnown(check, needs, span))

    def __bool__(self) -> bool:
        return bool(self.found)

    def sorted(self) -> list[Finding]:
        return sorted(
            self.found, key=lambda f: (f.span.source.name, f.span.line, f.span.column, f.code)
        )
