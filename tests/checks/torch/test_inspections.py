"""What is found about an `inspect` stage before anything runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cases.case import BASE
from tests.conftest import Done


@pytest.fixture
def validate(cli: Callable[..., Done], tmp_path: Path) -> Callable[[str], Done]:
    def with_stage(settings: str) -> Done:
        text = BASE.replace("  train:\n", f"  inspect: {settings}\n  train:\n")
        (tmp_path / "mine.yaml").write_text(text)
        return cli("validate", "mine.yaml")

    return with_stage


@pytest.mark.parametrize(
    "settings",
    [
        "{}",
        "{watch: conv1.bias, show: [gradients]}",
        "{input: data, loss: CrossEntropyLoss}",
    ],
)
def test_it_may_be_anywhere_below_a_model(validate: Callable[[str], Done], settings: str) -> None:
    assert validate(settings).status == 0


def test_a_watched_parameter_that_is_not_there_is_a_finding(
    validate: Callable[[str], Done],
) -> None:
    done = validate("{watch: conv1.bais}")
    assert done.status == 1
    assert "error[value]: the network has no parameter `conv1.bais`" in done.out + done.err
    assert "conv1.bias" in done.out + done.err


def test_a_loss_that_does_not_fit_the_last_layer_is_a_finding(
    validate: Callable[[str], Done],
) -> None:
    done = validate("{input: data, loss: NLLLoss}")
    assert done.status == 1
    assert "NLLLoss takes log-probabilities" in done.out + done.err
