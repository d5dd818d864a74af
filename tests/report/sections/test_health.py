from __future__ import annotations

import json
from pathlib import Path

from cifar_pipe.report.page import render
from cifar_pipe.report.run_folder import RunFolder
from cifar_pipe.report.sections.health import health_parts

FINDING = {
    "kind": "leak",
    "severity": "error",
    "message": "30 test images are in train too",
    "means": "the accuracy is too high",
    "help": "remove these",
    "images": [{"name": f"test[{n}]"} for n in range(30)],
    "groups": [[f"test[{n}]", f"train[{n}]"] for n in range(30)],
}
ACCURACY = {
    "split": "test",
    "images": 100,
    "accuracy": 0.9,
    "leaked": {"images": 30, "accuracy": 1.0},
    "without_leaks": {"images": 70, "accuracy": 0.857},
}


def folder(tmp_path: Path, text: str) -> RunFolder:
    stage = tmp_path / "stages/doctor"
    stage.mkdir(parents=True)
    (stage / "doctor.json").write_text(text)
    return RunFolder(tmp_path)


def test_findings_are_told_with_the_first_of_their_images(tmp_path: Path) -> None:
    content = {"findings": [FINDING], "not_known": ["near-duplicates: why"], "accuracy": ACCURACY}
    (part,) = health_parts(folder(tmp_path, json.dumps(content)))
    (line,) = part.findings
    assert (line.names[0], len(line.names), line.more) == ("test[0] = train[0]", 12, 18)
    assert [value.replace("\u00a0", " ") for _, value in part.accuracy] == [
        "90.0 % of 100 test images",
        "85.7 % of 70 test images",
        "100.0 % of 30 test images",
    ]
    page = render(tmp_path)
    assert "The data&#39;s health" in page or "The data's health" in page
    assert "The accuracy is too high. What to do: remove these." in page
    assert "Not known: near-duplicates: why." in page


def test_a_file_that_is_cut_off_does_no_harm(tmp_path: Path) -> None:
    (part,) = health_parts(folder(tmp_path, '{"findings": [{}, 3], "accuracy": 4, "not_known": 1}'))
    assert (part.accuracy, part.not_known) == ([], [])
    assert render(tmp_path)
