"""What a check found: one mistake, one finding, at the words that caused it.

A finding is an error, and the pipeline does not run; or a warning, and it runs: what is written is
legal and probably not meant. Its code says which of the two it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from cifar_pipe.diagnostics.codes.table import CODES
from cifar_pipe.diagnostics.confusables import unusual_character
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.diagnostics.spans import SET_HERE, USED_HERE, Span
from cifar_pipe.frozen import frozen

MOST_REPORTED = 200
"""How many errors are reported, and how many warnings: nobody reads more."""

MOST_USES = 3
"""How many uses of one wrong value are shown."""

DATA_REFERENCE = "data-reference"
MODEL_REFERENCE = "model-reference"


class TooManyFindingsError(Exception):
    """One error more than are reported was found, at the span."""

    def __init__(self, span: Span) -> None:
        self.span = span


@frozen
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

    @property
    def path(self) -> str:
        """The file as it was named, or the override: `-S train.epochs=1`."""
        return self.span.source.name

    @property
    def line(self) -> int:
        """From 1."""
        return self.span.line

    @property
    def column(self) -> int:
        """From 1, in characters."""
        return self.span.column

    def __str__(self) -> str:
        word = "warning" if self.is_warning else "error"
        return f"{self.path}:{self.line}:{self.column}: {word}[{self.code}]: {self.message}"

    @property
    def identity(self) -> tuple[object, ...]:
        """Equal for two findings that are one: of one place, or of one wrong value that references
        lead to.
        """
        span = self.span
        label = span.origin[1] if span.origin is not None else None
        if span.origin is not None and label in (SET_HERE, USED_HERE):
            value = span.origin[0] if label == SET_HERE else span
            return self.code, value.source, value.line, value.column
        return self.code, self.message, span.source, span.line, span.column, span.end_column

    def moved(self, span: Span, label: str) -> Finding:
        """The finding at other words; where it was becomes its first second place."""
        # How its words got into the pipeline is not about the new ones.
        left = [at for at, _ in _extended(self.span)]
        others = (pair for pair in self.related if pair[0] not in left and pair[0] not in span)
        return replace(self, span=span, related=((self.span, label), *others))

    @property
    def precedence(self) -> tuple[float, ...]:
        """That of the file or override which has set these words last, through references too."""
        spans = (self.span, *(span for span, _ in self.span.origins()))
        return max(span.source.precedence for span in spans)


@frozen
class NotKnown:
    """A check that could not be made, and what it would need.

    `kind` is DATA_REFERENCE for the value of a `$data` reference, MODEL_REFERENCE for one of `$model`.
    """

    check: str
    needs: str
    span: Span | None = None
    kind: str | None = None


class Scope:
    """What was found since the scope was opened."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._errors, self._warnings = len(findings.errors), len(findings.warnings)
        self._not_known = len(findings.not_known)

    @property
    def has_errors(self) -> bool:
        return len(self._findings.errors) > self._errors

    def forget_later(self) -> None:
        """Takes back what was found since: it is looked for again, with more that is known."""
        findings = self._findings
        del findings.errors[self._errors :]
        del findings.warnings[self._warnings :]
        del findings.not_known[self._not_known :]
        findings.known = {one.identity for one in (*findings.errors, *findings.warnings)}


class Findings:
    """Collects what checks find, so that all mistakes are reported at once.

    It is true if there are errors. Beyond MOST_REPORTED of a kind none is kept; within `limited`,
    adding one error more stops the search.
    """

    def __init__(self) -> None:
        self.errors: list[Finding] = []
        self.warnings: list[Finding] = []
        self.not_known: list[NotKnown] = []
        # What makes a finding the same as another, of all that are kept.
        self.known: set[tuple[object, ...]] = set()
        self._stops = False

    @contextmanager
    def limited(self) -> Iterator[None]:
        """Leaves what is done within, with a closing finding, at one error more than is reported."""
        outside, self._stops = self._stops, True
        try:
            yield
        except TooManyFindingsError as error:
            last = max([error.span, *(one.span for one in self.errors)], key=_place)
            message = f"{MOST_REPORTED} findings are reported, more are not looked for"
            self.errors.append(Finding("too-large", message, last))
        finally:
            self._stops = outside

    def scope(self) -> Scope:
        """Says later whether anything was found after now."""
        return Scope(self)

    @property
    def takes_warnings(self) -> bool:
        return len(self.warnings) < MOST_REPORTED

    def add(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        notes: Iterable[str] = (),
        help: str | None = None,  # noqa: A002
        related: Iterable[tuple[Span, str]] = (),
        is_exact: bool = False,
    ) -> None:
        """`is_exact` says that the help holds even where a character in the span is unusual."""
        if not is_exact:
            help = unusual_character(span) or help  # noqa: A001
        origins = (*related, *_origins_of(span))
        finding = Finding(code, message, span, tuple(notes), help, origins)
        if _is_set_later(span):
            finding = _at_value(finding)
        if len(self.warnings if finding.is_warning else self.errors) < MOST_REPORTED:
            self._keep(finding)
        elif self._stops and not finding.is_warning and finding.identity not in self.known:
            raise TooManyFindingsError(span)

    def report(self, problem: Problem, span: Span) -> None:
        self.add(
            problem.code,
            problem.message,
            span,
            notes=problem.notes,
            help=problem.help,
            related=problem.related,
        )

    def unknown(
        self, check: str, needs: str, span: Span | None = None, *, kind: str | None = None
    ) -> None:
        self.not_known.append(NotKnown(check, needs, span, kind))

    def __bool__(self) -> bool:
        return bool(self.errors)

    def extend(self, other: Findings) -> None:
        """Takes over all that another collection has and this one has not."""
        for finding in (*other.errors, *other.warnings):
            self._keep(finding)
        self.not_known.extend(other.not_known)

    def sorted(self) -> list[Finding]:
        """The errors, by their place."""
        return _by_place(self.errors)

    def all_sorted(self) -> list[Finding]:
        """Errors and warnings, by their place."""
        return _by_place([*self.errors, *self.warnings])

    def _keep(self, finding: Finding) -> None:
        kept = self.warnings if finding.is_warning else self.errors
        if finding.identity not in self.known:
            self.known.add(finding.identity)
            kept.append(finding)
        elif finding.span.origin is not None and finding.span.origin[1] == SET_HERE:
            index = [one.identity for one in kept].index(finding.identity)
            kept[index] = _used_twice(kept[index], finding)


def _by_place(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: (*_place(one.span), one.code))


def _place(span: Span) -> tuple[str, int, int]:
    return span.source.name, span.line, span.column


def _is_set_later(span: Span) -> bool:
    """Whether the words are a reference whose value is set by what is laid over their file."""
    if span.origin is None or span.origin[1] != SET_HERE:
        return False
    return span.origin[0].source.precedence > span.source.precedence


def _at_value(finding: Finding) -> Finding:
    """The finding of a reference at the value that the reference leads to."""
    use = finding.span
    assert use.origin is not None
    value = use.origin[0]
    moved = finding.moved(replace(value, origin=(use, USED_HERE)), USED_HERE)
    return replace(moved, related=(*moved.related, *_extended(value)))


def _used_twice(finding: Finding, again: Finding) -> Finding:
    """Of two findings of one value, which are one: that value is wrong, and not its uses."""
    if again.span == finding.span:
        return finding
    if finding.span.origin is not None and finding.span.origin[1] == SET_HERE:
        finding = _at_value(finding)
    uses = [pair for pair in finding.related if pair[1] == USED_HERE]
    if len(uses) >= MOST_USES or again.span in [span for span, _ in uses]:
        return finding
    others = finding.related[len(uses) :]
    return replace(finding, related=(*uses, (again.span, USED_HERE), *others))


def _origins_of(span: Span) -> Iterator[tuple[Span, str]]:
    """How these words got into the pipeline: through references, blocks, `extends`."""
    yield from span.origins()
    yield from _extended(span)


def _extended(span: Span) -> Iterator[tuple[Span, str]]:
    """Where the file of these words is extended, and the file that does so."""
    at = span.source.extended_at
    while at is not None:
        yield at, f"{span.source.name} is extended here"
        span, at = at, at.source.extended_at
