"""Where a mistake was made: the line of a file, or the override, that something right is changed by.

A pipeline that is right is made wrong by what is laid over it: `-S load_data.dataset.num_classes=5`
does not fit the network of the file. The finding is moved to the override, since without it there is
none. So it is with every line of a file that extends another, and whatever the rule is: the pipeline
is checked again without that line.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from cifar_pipe.compose.provenance import Written
from cifar_pipe.diagnostics.findings import Finding, Findings
from cifar_pipe.syntax.node_edits import ID_MAPS
from cifar_pipe.syntax.nodes import walk

MOST_CHECKS = 40
"""How often a pipeline is checked again: a file may have thousands of lines."""

MOST_VALUES = 10_000
"""How many values are checked again in all: a large pipeline is checked less often."""

RIGHT_WITHOUT = "this is right without it"
_SHOWN = 60
# Without these there is another pipeline, or none.
_KEPT = ("extends", "version", "name", "description")

FoundWithout = Callable[[Sequence[Written]], Findings]
"""What is found if these were not written."""


def move_to_causes(
    findings: Findings, written: Iterable[Written], found_without: FoundWithout
) -> None:
    """Moves each finding to what was laid over its words, where it is found because of that.

    That is what it goes away without, and nothing else is found instead. `written` are the overrides
    and files. A finding that `found_without` does not find in the first place stays where it is.
    """
    over = sorted(written, key=lambda one: one.source.precedence, reverse=True)
    suspects = [one for one in findings.all_sorted() if _is_below(one, over[0])]
    values = sum(1 for one in over if one.node for _ in walk(one.node))
    most_checks = min(MOST_CHECKS, MOST_VALUES // values)
    if not suspects or not most_checks:
        return
    overrides = [one for one in over if one.source.override]
    search = _Search(found_without, overrides, most_checks)
    suspects = [one for one in suspects if one.identity in search.known]
    for one in over:
        search.look(one, [suspect for suspect in suspects if _is_below(suspect, one)])
    for kept in (findings.errors, findings.warnings):
        moved = [
            _moved(one, search.causes[one.identity]) if one.identity in search.causes else one
            for one in kept
        ]
        kept[:] = {one.identity: one for one in moved}.values()


def _is_below(finding: Finding, written: Written) -> bool:
    return finding.precedence < written.source.precedence


def _entries(written: Written) -> Iterator[Written]:
    """The override itself; of a file its stages, variables, blocks and keys."""
    if written.node is None:
        yield written
    for one in written.parts:
        if one.path[0] in ID_MAPS:
            yield from one.parts
        elif one.path[0] not in _KEPT:
            yield one


@dataclass
class _Search:
    """`causes` has, by a finding's identity, the smallest entry that it goes away without."""

    found_without: FoundWithout
    overrides: Sequence[Written]
    left: int
    causes: dict[tuple[object, ...], Written] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found = self.found_without(())
        self._has_errors = bool(found)
        self.known = _identities(found.errors, found.warnings)

    def look(self, written: Written, suspects: Sequence[Finding]) -> None:
        """Checks without each entry, and then without its parts: the large ones first."""
        waiting = deque((entry, suspects) for entry in _entries(written))
        while waiting and self.left > 0:
            entry, suspects = waiting.popleft()
            suspects = [one for one in suspects if self._may_be_in(entry, one)]
            if not suspects:
                continue
            still = self._still_found(entry)
            if still is not None:
                suspects = [one for one in suspects if one.identity not in still]
                self.causes.update((one.identity, entry) for one in suspects)
            waiting += ((part, suspects) for part in entry.parts)

    def _still_found(self, entry: Written) -> set[tuple[object, ...]] | None:
        """What is found without the entry, or None where others are found that were not before.

        The mistake of another override may have been hidden by this one: then it is left out, too.
        """
        still: set[tuple[object, ...]] = set()
        others = [one for one in self.overrides if one.source != entry.source]
        for left_out in ([entry], [entry, *others])[: 2 if others else 1]:
            self.left -= 1
            found = self.found_without(left_out)
            still |= _identities(found.errors, found.warnings)
            # A right pipeline has warnings that a wrong one does not show.
            shown = (found.errors,) if self._has_errors else (found.errors, found.warnings)
            if _identities(*shown) <= self.known:
                return still
        return None

    def _may_be_in(self, entry: Written, finding: Finding) -> bool:
        """Whether no other entry is known to be the cause, but for one that this is a part of."""
        cause = self.causes.get(finding.identity)
        if cause is None:
            return True
        return cause.source == entry.source and entry.path[: len(cause.path)] == cause.path


def _identities(*groups: Iterable[Finding]) -> set[tuple[object, ...]]:
    return {one.identity for group in groups for one in group}


def _moved(finding: Finding, cause: Written) -> Finding:
    words = cause.source.name if cause.source.override else f"`{_short(cause.span.text)}`"
    help_ = f"leave {words} out"
    if finding.help:
        help_ = f"{help_}; or for {finding.span.source.name}:{finding.span.line}: {finding.help}"
    return replace(finding.moved(cause.span, RIGHT_WITHOUT), help=help_)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
