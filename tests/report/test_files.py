"""The files of a run are links that lead to them from its page."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from cifar_pipe.report.files import left_files
from cifar_pipe.report.run_folder import RunFolder


def test_each_link_leads_to_a_file(run_dir: Path) -> None:
    (run_dir / "report.html").touch()
    (run_dir / "网络 #1.pth").touch()
    found = list(left_files(RunFolder(run_dir)))
    assert all((run_dir / unquote(one.link)).exists() for one in found)
    names = [one.name for one in found]
    assert {"run.json", "网络 #1.pth", "stages/evaluate/confusion_matrix.csv"} <= {*names}
    assert "report.html" not in names
    assert len(names) == len(set(names))


def test_a_folder_of_many_files_is_one_link(run_dir: Path) -> None:
    many = run_dir / "stages" / "train"
    for number in range(30):
        (many / f"epoch_{number}.png").touch()
    names = [one.name for one in left_files(RunFolder(run_dir))]
    assert "stages/train/" in names
    assert not [name for name in names if "epoch_" in name]
