from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.conftest import Done

Cli = Callable[..., Done]


def test_runs_are_listed_with_status_and_result(cli: Cli, mine: Path) -> None:
    assert cli("runs").out == "there are no runs below runs/\n"
    assert cli("run", mine.name).status == 0
    (folder,) = Path("runs/lenet").iterdir()
    head, row = cli("runs").out.splitlines()
    assert head.split() == ["run", "status", "age", "took", "size", "result"]
    assert row.startswith(f"lenet/{folder.name}  done ")
    assert row.endswith(" %")
    assert len(row) <= 80
    (plain,) = json.loads(cli("runs", "len*", "--format", "json", "--sort", "metric").out)
    assert plain["path"] == folder.as_posix()
    assert (plain["stage"], plain["metric"]) == ("evaluate", "accuracy")
    assert cli("runs", "other").out == "there are no such runs below runs/\n"


def test_what_a_command_changed_is_below_its_run(cli: Cli, mine: Path) -> None:
    assert cli("run", mine.name, "-S", "train.epochs=1", "--set", "description=a b").status == 0
    lines = cli("runs").out.splitlines()
    assert lines[2:] == ["  -S train.epochs=1 -S 'description=a b'"]
    (plain,) = json.loads(cli("runs", "--format", "json").out)
    assert plain["changes"] == ["train.epochs=1", "description=a b"]


def test_of_several_seeds_each_run_has_its_own(cli: Cli, mine: Path) -> None:
    assert cli("run", mine.name, "--seeds", "3..4").status == 0
    assert {line for line in cli("runs").out.splitlines() if line.startswith("  ")} == {
        "  -S seed=3",
        "  -S seed=4",
    }
