"""What a rule is, and how rules are run."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from cifar_pipe.checks.context import CheckContext


class Rule(Protocol):
    """A module that checks one thing of a pipeline.

    It says what is wrong; the context holds what is known: the pipeline, its data, its networks. A
    rule is a file in checks/static, or in checks/torch if it looks at shapes, and a row of
    checks/table.py. It asks what the settings of a stage say that it does (pipeline/roles.py), not
    for its type, so that stage types that are added are checked as well.
    """

    @property
    def CODES(self) -> Collection[str]:  # noqa: N802
        """The codes of its findings, keys of diagnostics.codes.CODES; it can report no others."""

    @property
    def NEEDS_TORCH(self) -> bool:  # noqa: N802
        """Whether it looks at shapes, and is left out with --no-shapes.

        Torch itself is imported where it has to be asked, in a function: what the usual layers,
        losses, optimizers and schedulers do is known without it.
        """

    def check(self, context: CheckContext, /) -> None:
        """Reports to the context what is wrong, and what cannot be known."""


def run_rules(rules: Iterable[Rule], context: CheckContext) -> None:
    """Runs them in order, each with its own codes only."""
    for rule in rules:
        context.codes = frozenset(rule.CODES)
        rule.check(context)
