"""Commands and options that other tools have lead to ours."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cifar_pipe.cli.commands import MODULES
from cifar_pipe.cli.usage import _MEANT
from tests.conftest import Done

Cli = Callable[..., Done]
COMMANDS = MODULES.keys()


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["train", "mine.yaml"], "cifar-pipe run FILE"),
        (["mine.yaml"], "cifar-pipe run mine.yaml"),
        (["list"], "cifar-pipe runs"),
        (["help"], "cifar-pipe --help"),
        (["run", "mine.yaml", "--epochs", "3"], "-S train.epochs=3"),
        (["validate", "mine.yaml", "--lr=3"], "-S train.epochs=3"),
    ],
)
def test_what_is_meant_is_told(cli: Cli, arguments: list[str], meant: str) -> None:
    done = cli(*arguments)
    assert (done.status, done.err.startswith("wrong usage: ")) == (2, True)
    assert meant in done.err


def test_what_leads_somewhere_is_not_a_command_and_leads_to_one() -> None:
    assert not COMMANDS & _MEANT.keys()
    assert {meant.split()[0] for meant in _MEANT.values()} <= COMMANDS | {"--help", "--version"}


@pytest.mark.parametrize(
    "arguments", [["zzz"], ["run", "mine.yaml", "--sed", "3"], ["gc", "--epochs", "3"]]
)
def test_of_other_mistakes_the_option_or_command_is_named(cli: Cli, arguments: list[str]) -> None:
    done = cli(*arguments)
    assert (done.status, arguments[-2 if len(arguments) > 1 else 0] in done.err) == (2, True)
