"""What the tests of the language share: reading a text and seeing what was told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cifar_pipe.language.findings import Findings
from cifar_pipe.language.nodes import MappingNode
from cifar_pipe.language.reader import read

if TYPE_CHECKING:
    from collections.abc import Callable

Told = list[tuple[str, int, int, int]]


@pytest.fixture
def findings() -> Findings:
    return Findings()


@pytest.fixture
def told(findings: Findings) -> Callable[[], Told]:
    """What was found as (code, line, column, end_column), in order of place."""

    def tell() -> Told:
        return [(f.code, f.span.line, f.span.column, f.span.end_column) for f in findings.sorted()]

    return tell


@pytest.fixture
def only(findings: Findings) -> Callable[[], Any]:
    """The one finding that there is."""

    def tell() -> Any:
        assert len(findings.found) == 1, findings.found
        return findings.found[0]

    return tell


@pytest.fixture
def root_of() -> Callable[[str], MappingNode]:
    """The nodes of a text that is right."""

    def node(text: str) -> MappingNode:
        findings = Findings()
        root = read(text, "pipeline.yaml", findings)
        assert not findings.found, findings.found
        assert root is not None
        return root

    return node
