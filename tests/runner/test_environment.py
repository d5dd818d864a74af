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


@pytest.mark.parametrize(
    "setting", ["core.fsmonitor", "filter.evil.clean", "filter.evil.process", "diff.external"]
)
def test_no_program_that_a_repository_names_is_run(setting: str, tmp_path: Path) -> None:
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run([*git, "init", "-q"], check=True)
    (tmp_path / "mine.yaml").write_text("version: 1\n")
    (tmp_path / ".gitattributes").write_text("*.yaml filter=evil\n")
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-qm", "first"], check=True)
    subprocess.run([*git, "config", "include.path", "more"], check=True)
    more = ["git", "config", "--file", str(tmp_path / ".git" / "more")]
    subprocess.run([*more, setting, f"touch {tmp_path}/owned; cat"], check=True)
    (tmp_path / "mine.yaml").write_text("version: 2\n")
    found = git_commit(tmp_path)
    assert found is not None
    assert found.endswith("-not-compared" if setting.startswith("filter") else "-dirty")
    assert not (tmp_path / "owned").exists()
