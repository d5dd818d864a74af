"""What the rows of the catalogue take for usual, and the threads of the machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cifar_pipe.catalog.core.entry import KINDS, REQUIRED, Arg
from cifar_pipe.catalog.core.lookup import table_of
from tests.checks.kit import checked

USUAL = {
    f"{entry.name}.{name}": arg
    for kind in KINDS
    for entry in table_of(kind).entries.values()
    for name, arg in entry.args.items()
    if arg.usual
}
TEXT = """\
version: 1
runtime: {threads: 4}
stages:
  load_data:
    dataset: {type: Shapes, train: 40, test: 20}
"""


@pytest.mark.parametrize("name", USUAL)
def test_the_default_is_usual(name: str) -> None:
    arg: Arg = USUAL[name]
    assert arg.usual is not None
    assert arg.default is REQUIRED or arg.usual.holds(arg.default)


@pytest.mark.parametrize(("cpus", "expected"), [(4, []), (2, ["unusual"]), (None, [])])
def test_more_threads_than_the_machine_has_are_reported(
    cpus: int | None, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cpus)
    found = checked(tmp_path, TEXT, torch=False).findings.warnings
    assert [one.code for one in found] == expected
    assert [one.span.line for one in found] == [2] * len(expected)
