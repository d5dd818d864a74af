"""The page of a comparison, as text: what is on it, and that nothing of the runs becomes markup."""

from __future__ import annotations

import json
from pathlib import Path

from cifar_pipe.comparison.page.matrix import matrix_changes
from cifar_pipe.comparison.page.pages import comparison_page
from cifar_pipe.comparison.runs import compare
from tests.comparison.kit import make_run

MATRIX = ",cat,dog\ncat,{},{}\ndog,1,9\n"


def with_matrix(run: Path, right: int) -> Path:
    text = MATRIX.format(right, 10 - right)
    (run / "stages" / "evaluate" / "confusion_matrix.csv").write_text(text)
    rows = [{"stage": "train", "step": step, "loss": 2.0 / step} for step in (5, 10)]
    (run / "metrics.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return run


def test_it_shows_what_differs_the_curves_and_the_matrix(tmp_path: Path) -> None:
    runs = [
        with_matrix(make_run(tmp_path / "a"), 5),
        with_matrix(make_run(tmp_path / "b", lr=0.1, accuracy=0.7), 8),
    ]
    found = compare(runs)
    page = comparison_page(found)
    assert "train.optimizer.lr" in page
    assert page.count('<figure class="chart"') == 2
    assert "training loss of train" in page
    change = matrix_changes(found)[0]
    assert [[cell.text for cell in row] for row in change.rows] == [["+3", "−3"], ["0", "0"]]
    assert change.rows[0][0].is_better
    assert change.rows[0][1].is_better
    assert change.most == ["cat right: +3", "cat taken for dog: −3"]
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")


def test_names_from_elsewhere_become_no_markup(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script>"
    runs = [
        make_run(tmp_path / "a", name=hostile, device_name=hostile),
        make_run(tmp_path / "b", lr=0.1),
    ]
    page = comparison_page(compare(runs))
    assert page.count("<script") == 1
    assert hostile not in page
    assert "&lt;script&gt;" in page


def test_a_stand_in_is_said_at_the_head(tmp_path: Path) -> None:
    data = {"dataset": "Shapes", "stand_in": True, "stand_in_for": "CIFAR10"}
    runs = [make_run(tmp_path / "a", data=data), make_run(tmp_path / "b", lr=0.1)]
    page = comparison_page(compare(runs))
    assert "A ran on Shapes, not on CIFAR10." in page
