from __future__ import annotations

import json
from pathlib import Path

from cifar_pipe.report.run_folder import RunFolder
from cifar_pipe.report.sections.run import environment, timings, total_seconds


def folder_of(path: Path, **run: object) -> RunFolder:
    (path / "run.json").write_text(json.dumps(run))
    return RunFolder(path)


def test_timings_are_shares_of_the_longest_stage(tmp_path: Path) -> None:
    stages = {
        "a": {"status": "ran", "seconds": 2.0},
        "b": {"status": "reused", "seconds": 0.5, "reason": "nothing changed"},
        "c": {},
    }
    first, second, third = timings(folder_of(tmp_path, stages=stages))
    assert (first.share, second.share, third.share) == (1.0, 0.25, 0.0)
    assert (second.status, second.reason) == ("reused", "nothing changed")
    assert (third.status, third.seconds) == ("not reached", None)


def test_the_total_is_that_of_the_run_or_the_sum_of_its_stages(tmp_path: Path) -> None:
    stages = {"a": {"seconds": 2.0}, "b": {"seconds": 0.5}}
    assert total_seconds(folder_of(tmp_path, seconds=4.0, stages=stages)) == 4.0
    assert total_seconds(folder_of(tmp_path, stages=stages)) == 2.5
    assert total_seconds(folder_of(tmp_path)) is None


def test_the_environment_has_known_keys_first_then_versions_then_others() -> None:
    run = {
        "matmul": "high",
        "versions": {"torch": "2.14.1"},
        "cpus": 2,
        "git_commit": "0b1f",
        "started": "2026-11-20T14:03:11",
        "device_name": None,
        "status": "done",
        "command": ["cifar-pipe", "run"],
        "memory": {"peak": 3, "unit": "GB"},
    }
    assert list(environment(run)) == [
        ("command", "cifar-pipe run"),
        ("started", "2026-11-20 14:03:11"),
        ("git commit", "0b1f"),
        ("CPUs", "2"),
        ("torch", "2.14.1"),
        ("matmul", "high"),
        ("memory", "peak 3, unit GB"),
    ]


def test_the_precision_is_told_where_it_is_not_the_usual_one() -> None:
    assert list(environment({"precision": "bfloat16"})) == [("precision", "bfloat16")]
    assert list(environment({"precision": "float32"})) == []
