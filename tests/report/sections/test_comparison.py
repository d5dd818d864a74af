from __future__ import annotations

import json
from pathlib import Path

from cifar_pipe.report.page import render
from cifar_pipe.report.run_folder import RunFolder
from cifar_pipe.report.sections.comparison import comparison, table_lines
from tests.report.conftest import charts

STAGE = "  {id}: {{type: train, loss: {loss}, optimizer: {{type: {optimizer}, lr: 0.1}}}}\n"


def trainings(folder: Path, *, losses: tuple[str, ...] = ("MSELoss",) * 2, count: int = 2) -> Path:
    names = [f"run_{n}" for n in range(count)]
    kinds = [losses[n % len(losses)] for n in range(count)]
    text = "".join(
        STAGE.format(id=name, loss=loss, optimizer=optimizer)
        for name, loss, optimizer in zip(names, kinds, ["SGD", "Adam"] * count, strict=False)
    )
    (folder / "resolved.yaml").write_text(f"version: 1\nstages:\n{text}")
    rows = [
        {"stage": name, "epoch": 1, "step": step, "loss": 2.0 / step + index}
        for index, name in enumerate(names)
        for step in (1, 2, 4)
    ]
    (folder / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def test_several_trainings_of_one_loss_share_one_chart_and_one_table(tmp_path: Path) -> None:
    folder = trainings(tmp_path)
    found = comparison(RunFolder(folder))
    assert found is not None
    assert table_lines(found) == [
        "stage  optimizer     steps  first loss  last loss",
        "run_0  SGD, lr 0.1       4           2        0.5",
        "run_1  Adam, lr 0.1      4           3        1.5",
    ]
    assert "run_0: from 2 at step 1 to 0.5 at step 4" in found.charts["compared_loss"].summary
    assert "run_1: from 3 at step 1" in found.charts["compared_loss"].summary
    assert "compared_loss" in charts(folder)
    assert "Side by side" in render(folder)


def test_one_training_is_compared_with_nothing(tmp_path: Path) -> None:
    assert comparison(RunFolder(trainings(tmp_path, count=1))) is None


def test_different_losses_are_not_compared(tmp_path: Path) -> None:
    assert comparison(RunFolder(trainings(tmp_path, losses=("MSELoss", "L1Loss")))) is None


def test_any_number_can_be_compared(tmp_path: Path) -> None:
    found = comparison(RunFolder(trainings(tmp_path, count=12)))
    assert found is not None
    assert len(found.table) == 1 + 12
