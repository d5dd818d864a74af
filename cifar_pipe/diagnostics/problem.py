"""What is wrong, on its way to a finding: everything but the place in the file.

Code that knows what is wrong and not where (shapes, transforms, optimizers) raises a ProblemError;
each caller adds the steps that lead from its own settings to the problem, and the check that knows
the stage's text turns it into a finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.errors import RunError
from cifar_pipe.frozen import frozen

Path = tuple[str | int, ...]


@frozen
class Problem:
    """`path` leads to the wrong value: ("layers", 3, "kernel_size"), from wherever it was found.

    `code` is a key of `codes.CODES`; `notes` are facts, `help` is what to do, `related` are second
    positions with their labels.
    """

    message: str
    path: Path = ()
    code: str = "value"
    help: str | None = None
    notes: tuple[str, ...] = ()
    related: tuple[tuple[Span, str], ...] = ()

    def below(self, *steps: str | int) -> Problem:
        """The same, seen from further out."""
        return replace(self, path=(*steps, *self.path))


class ProblemError(RunError):
    """Carries a problem to where its place is known; in a run, which has no places, it ends it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message, help=(*problem.notes, *filter(None, [problem.help])))
        self.problem = problem

    def below(self, *steps: str | int) -> ProblemError:
        return ProblemError(self.problem.below(*steps))


@contextmanager
def below(*steps: str | int) -> Iterator[None]:
    """A ProblemError that is raised inside is seen from further out, as `ProblemError.below` does."""
    try:
        yield
    except ProblemError as error:
        raise error.below(*steps) from None
