"""A comparison on a terminal of 80 columns, and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cifar_pipe.comparison.runs import compare
from cifar_pipe.comparison.tables import lines, p_in_words, table_of_values, to_json
from cifar_pipe.diagnostics.terminal_width import width_of
from tests.comparison.kit import make_run


def test_the_table_has_the_settings_that_differ_and_the_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answers = [("cat", "cat"), ("cat", "dog"), ("dog", "dog")]
    make_run(Path("a"), accuracy=0.5, answers=answers)
    make_run(Path("b"), lr=0.1, accuracy=0.6, answers=[("cat", "cat")] * 2 + [("dog", "dog")])
    found = lines(compare([Path("a"), Path("b")]))
    assert found[:2] == ["A  a  (seed 0)", "B  b  (seed 0)"]
    assert found[3:5] == ["setting             A      B", "train.optimizer.lr  0.001  0.1"]
    row = next(line for line in found[5:] if line.startswith("B "))
    assert row.split()[:6] == ["B", "60.0", "%", "50.0", "to", "70.0"]
    assert "+33.3 points" in row
    assert any("1 image right that A has wrong, 0 the other way round" in line for line in found)
    assert max(map(width_of, found)) <= 80


def test_values_that_are_too_long_stand_below_with_the_runs_that_have_them() -> None:
    rows = [("short", "1", "2", "1"), ("long", "x " * 40, "y", "y")]
    assert [*table_of_values(("setting", "A", "B", "C"), rows)] == [
        "setting  A  B  C",
        "short    1  2  1",
        "long",
        "  A  " + " ".join(["x"] * 38),
        "     x x ",
        "  B, C  y",
    ]


def test_what_differs_and_is_no_setting_is_told(tmp_path: Path) -> None:
    a = make_run(tmp_path / "a", versions={"torch": "2.10.0"})
    data = {"dataset": "Shapes", "stand_in": True, "train": 40, "test": 20}
    b = make_run(tmp_path / "b", versions={"torch": "2.14.1"}, data=data)
    found = [line.split("  ") for line in lines(compare([a, b]))]
    assert ["torch", "2.10.0", "2.14.1"] in [[*filter(None, one)] for one in found]
    assert any("the stand-in Shapes" in " ".join(one) for one in found)


def test_json_has_the_same(tmp_path: Path) -> None:
    runs = [make_run(tmp_path / "a"), make_run(tmp_path / "b", lr=0.1, accuracy=0.6)]
    found = json.loads(json.dumps(to_json(compare(runs))))
    assert found["metric"] == "evaluate.accuracy"
    assert found["settings"] == [
        {
            "name": "train.optimizer.lr",
            "changes_results": True,
            "values": {"A": 0.001, "B": 0.1},
        }
    ]
    b = found["variants"][1]
    assert b["runs"][0]["path"] == (tmp_path / "b").as_posix()
    assert b["measures"]["evaluate.accuracy"]["mean"] == 0.6
    assert b["difference"]["value"] == pytest.approx(0.1)
    assert b["difference"]["interval"] is None


def test_small_p_values_are_not_written_as_zero() -> None:
    found = [p_in_words(one).replace("\u00a0", " ") for one in (1e-9, 0.0123, 1.0)]
    assert found == ["p < 0.001", "p = 0.012", "p = 1"]
