"""cifar-pipe show: what it prints."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

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


def test_show_tells_how_long_the_stages_will_take(
    cli: Cli, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    lines = cli("show", mine.name).out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("forecast "))
    rows = [line for line in lines[at + 1 :] if not line.startswith(" ")]
    assert [line.split()[0] for line in rows] == ["load_data", "train", "evaluate", "total"]
    assert rows[-1].endswith("without load_data")
    # What does not fit is folded within its own column.
    column = lines[at].rindex("for")
    folded = [line for line in lines[at + 1 :] if line.startswith(" ")]
    assert folded
    assert all(line[:column].strip() == "" and line[column] != " " for line in folded)
    assert "forecast " not in cli("show", mine.name, "--no-forecast").out


ON_FOLDER = """
version: 1
stages:
  load_data: {dataset: {type: ImageFolder, root: images}, transforms: [ToTensor], batch_size: 4}
  build_model: {layers: [Flatten, {type: Linear, out_features: $data.num_classes}]}
"""


def test_what_only_the_disk_tells_is_read_there(
    cli: Cli, image_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "own.yaml").write_text(ON_FOLDER)
    assert "linear_1   Linear   [N, 3]" in cli("show", "own.yaml").out
    assert "out_features: 3}" in cli("show", "own.yaml", "--resolved").out


def test_where_it_is_not_there_either_the_folder_is_reported(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(ON_FOLDER)
    for resolved in ([], ["--resolved"]):
        done = cli("show", "own.yaml", *resolved)
        assert (done.status, "there is no folder images" in done.err) == (1, True)
