"""Rules report the codes that they declare."""

from __future__ import annotations

from pathlib import Path

import pytest

from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.rule import run_rules
from cifar_pipe.diagnostics.problem import Problem
from tests.cases.case import BASE
from tests.checks.kit import checked


def test_a_rule_cannot_report_another_code(tmp_path: Path) -> None:
    class Undeclared:
        CODES = ("data",)
        NEEDS_TORCH = False

        def check(self, context: CheckContext, /) -> None:
            stage = context.pipeline.stages[0]
            context.report(stage, Problem("nothing", code="loss"))

    with pytest.raises(AssertionError, match="does not declare the code loss"):
        run_rules([Undeclared()], checked(tmp_path, BASE, torch=False))
