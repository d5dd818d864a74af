"""The files that a pipeline extends, and how they are read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cifar_pipe.compose.extends import Files, read_file
from cifar_pipe.compose.provenance import Removals
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.syntax.limits import LARGEST
from cifar_pipe.syntax.nodes import to_plain


def test_files_are_read_from_beside_the_one_that_extends_them(
    tmp_path: Path, findings: Findings
) -> None:
    (tmp_path / "base.yaml").write_text("a: 1\n")
    files = Files(findings, Removals())
    found = files.compose(tmp_path / "m.yaml", "extends: base.yaml\n")
    assert found is not None
    assert to_plain(found) == {"a": 1}
    assert [path.name for path in files.read] == ["m.yaml", "base.yaml"]
    assert not findings


def test_a_file_that_two_others_extend_is_read_once(tmp_path: Path, findings: Findings) -> None:
    (tmp_path / "one.yaml").write_text("extends: base.yaml\n")
    (tmp_path / "two.yaml").write_text("extends: base.yaml\n")
    (tmp_path / "base.yaml").write_text("a: 1\na: 2\n")
    files = Files(findings, Removals())
    files.compose(tmp_path / "m.yaml", "extends: [one.yaml, two.yaml]\n")
    assert [path.name for path in files.read] == ["m.yaml", "one.yaml", "base.yaml", "two.yaml"]
    assert [finding.code for finding in findings.errors] == ["duplicate-key"]


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        read_file(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a file"):
        read_file(tmp_path / "pipe")


def test_of_a_huge_file_only_the_beginning_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(10 * LARGEST)
    assert len(read_file(path)) == LARGEST + 1
