from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import Done


@pytest.fixture
def completed(
    cli: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], list[str]]:
    """What a shell would offer for the last word of a command."""

    def complete(command: str) -> list[str]:
        monkeypatch.setenv("_CIFAR_PIPE_COMPLETE", "complete_fish")
        monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
        monkeypatch.setenv("_TYPER_COMPLETE_ARGS", f"cifar-pipe {command}")
        return [line.partition("\t")[0] for line in cli().out.splitlines() if line]

    return complete
