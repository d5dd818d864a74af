"""What holds for every file of pipelines/tutorial."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Done
from tests.tutorial.conftest import FOLDER

FILES = sorted(path.name for path in FOLDER.glob("*.yaml"))
PROVEN = {
    "autograd.yaml",
    "autograd_frozen.yaml",
    "neural_networks.yaml",
    "neural_networks_5x5.yaml",
    "cifar10_continue.yaml",
    "cifar10_evaluate.yaml",
    "cifar10_gpu.yaml",
}


def test_each_file_has_its_proof() -> None:
    """A new file gets a test that runs it, and its name here."""
    assert set(FILES) == PROVEN


@pytest.mark.parametrize("name", FILES)
def test_each_opens_with_what_it_replaces_its_command_and_what_it_prints(name: str) -> None:
    first, *lines = (FOLDER / name).read_text().splitlines()
    assert first == "# yaml-language-server: $schema=../../schemas/pipeline.schema.json"
    head = "\n".join(lines[: lines.index("version: 1")])
    assert "# Replaces: part " in head
    assert f"cifar-pipe run pipelines/tutorial/{name}" in head
    assert "# Prints: " in head


@pytest.mark.parametrize("name", FILES)
def test_each_is_valid(name: str, cli: Callable[..., Done]) -> None:
    done = cli("validate", str(FOLDER / name))
    assert done.status == 0, done.err
    assert Path.cwd() != FOLDER
