"""A pipeline under the rules, for the tests of checks."""

from __future__ import annotations

from pathlib import Path

from cifar_pipe.checks.check import PipelineCheck
from cifar_pipe.checks.context import CheckContext, CheckOptions
from cifar_pipe.checks.data_flow import declared
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.pipeline.assembly import assemble


def checked(folder: Path, text: str, *, torch: bool = True) -> CheckContext:
    """The context after the rules of the pipeline, with those that need torch if `torch`."""
    (folder / "mine.yaml").write_text(text)
    findings = Findings()
    assembly = assemble(folder / "mine.yaml", [], findings)
    assert assembly is not None
    checks = PipelineCheck(assembly, findings, declared, CheckOptions())
    if torch:
        checks.check_torch()
    return checks.context
