"""Pipelines under the rules without torch, with what the disk says or without it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cifar_pipe.checks.check import PipelineCheck
from cifar_pipe.checks.context import CheckOptions
from cifar_pipe.checks.data_flow import declared
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.pipeline.assembly import assemble
from cifar_pipe.runner.prepare import probed_into

Checked = Callable[..., Findings]


@pytest.fixture
def checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checked:
    """`checked(text, data=True)`: what the rules find, as `validate --data` does."""
    monkeypatch.chdir(tmp_path)

    def check(text: str, *, data: bool = False) -> Findings:
        Path("mine.yaml").write_text(text)
        findings = Findings()
        assembly = assemble(Path("mine.yaml"), [], findings)
        assert assembly is not None
        facts_of = probed_into(findings) if data else declared
        PipelineCheck(assembly, findings, facts_of, CheckOptions())
        return findings

    return check
