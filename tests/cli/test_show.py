"""cifar-pipe show: what it prints."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.conftest import Done

Cli = Callable[..., Done]


def test_show_prints_the_wiring_and_the_layer_table(cli: Cli, mine: Path) -> None:
    lines = cli("show", mine.name).out.splitlines()
    assert lines[0] == "lenet"
    evaluate = next(line for line in lines if line.startswith("evaluate"))
    assert "data of load_data; model, history of train" in evaluate
    conv = next(line for line in lines if line.startswith("conv1"))
    assert conv.split() == ["conv1", "Conv2d", "[N,", "6,", "28,", "28]", "456", "352,800", "18.4"]
    assert next(line for line in lines if line.startswith("total")).split() == [
        "total",
        "62,006",
        "651,720",
        "58.6",
    ]
    assert max(map(len, lines)) <= 80


def test_show_resolved_prints_yaml_that_validates(cli: Cli, mine: Path, tmp_path: Path) -> None:
    done = cli("show", mine.name, "--resolved", "-S", "train.epochs=3")
    (tmp_path / "resolved.yaml").write_text(done.out)
    assert "epochs: 3" in done.out
    assert cli("validate", "resolved.yaml").status == 0


def test_show_tells_how_long_the_stages_will_take(cli: Cli, mine: Path) -> None:
    lines = cli("show", mine.name).out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("time here"))
    assert [line.split()[0] for line in lines[at + 1 :]] == ["load_data", "train", "evaluate"]
    assert "time here" not in cli("show", mine.name, "--no-forecast").out
