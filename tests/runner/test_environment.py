"""What a run ran on."""

from __future__ import annotations

import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest

from cifar_pipe.runner.environment import command_line, environment, git_commit


def test_versions_and_the_processor_are_recorded() -> None:
    found = environment()
    assert found["versions"]["torch"] == version("torch")
    assert {"cifar_pipe", "python"} <= found["versions"].keys()
    assert found["cpus"] >= 1
    assert found["processor"]


def test_the_commit_is_that_of_the_pipeline_s_repository(tmp_path: Path) -> None:
    assert git_commit(tmp_path) is None
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run([*git, "init", "-q"], check=True)
    (tmp_path / "mine.yaml").write_text("version: 1\n")
    subprocess.run([*git, "add", "mine.yaml"], check=True)
    subprocess.run([*git, "commit", "-qm", "first"], check=True)
    commit = git_commit(tmp_path)
    assert commit is not None
    assert len(commit) == 40
    (tmp_path / "mine.yaml").write_text("version: 2\n")
    assert git_commit(tmp_path) == f"{commit}-dirty"


def test_the_command_can_be_typed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["/usr/bin/cifar-pipe", "run", "my file.yaml"])
    assert command_line() == "cifar-pipe run 'my file.yaml'"
