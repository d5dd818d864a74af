"""The runs of a series on a terminal."""

from __future__ import annotations

from pathlib import Path

from cifar_pipe.comparison.runs import compare
from cifar_pipe.comparison.series import series_lines
from tests.comparison.kit import make_run


def test_each_seed_then_mean_spread_and_interval(tmp_path: Path) -> None:
    runs = [make_run(tmp_path / str(s), seed=s, accuracy=0.5 + s / 100) for s in range(3)]
    rows = [line.split() for line in series_lines(compare(runs))]
    assert rows[0][:2] == ["seed", "evaluate.accuracy"]
    assert rows[1][:3] == ["0", "50.0", "%"]
    assert rows[4][:3] == ["mean", "51.0", "%"]
    assert rows[5][:3] == ["std", "1.0", "points"]
    assert rows[6][:4] == ["95", "%", "48.5", "to"]
    assert " ".join(rows[-1]).endswith("for other seeds, the same test images.")
