from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.conftest import Done

Cli = Callable[..., Done]


def test_it_lists_what_could_go_and_deletes_when_told(cli: Cli, mine: Path) -> None:
    assert cli("gc").out == "there is nothing to delete\n"
    assert cli("run", mine.name).status == 0
    assert cli("gc").out == "there is nothing to delete\n"
    listed = cli("gc", "--keep", "0").out.splitlines()
    assert listed[0].split() == ["path", "size", "why"]
    assert listed[-1].endswith("would be freed; --delete does it")
    assert len([*Path("runs/lenet").iterdir()]) == 1
    assert cli("gc", "--keep", "0", "--delete").out.splitlines()[-1].endswith(" freed")
    assert not Path("runs/lenet").exists()
    assert cli("gc", "--keep", "0").out == "there is nothing to delete\n"


def test_a_wrong_age_is_wrong_usage(cli: Cli) -> None:
    done = cli("gc", "--older-than", "soon")
    assert (done.status, done.out) == (2, "")
    assert "--older-than 30d" in done.err
