"""How much a run tells, and in what form."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.conftest import Done

Cli = Callable[..., Done]


def test_quiet_leaves_results_and_warnings(cli: Cli, mine: Path) -> None:
    done = cli("run", mine.name, "--run-dir", "run", "--quiet", "-S", "train.log_every=99")
    assert done.status == 0
    assert "accuracy: " in done.out
    assert "warning[no-effect]" in done.err
    assert "run directory" not in done.err
    assert "page:" not in done.err


def test_verbose_tells_of_each_stage(cli: Cli, mine: Path) -> None:
    lines = cli("run", mine.name, "--run-dir", "run", "-v").err.splitlines()
    assert "train: runs" in lines
    assert sum(line.startswith("train: ran in ") for line in lines) == 1
    assert any(line.startswith("seed 0; ") and "torch " in line for line in lines)


def test_both_are_wrong_usage(cli: Cli, mine: Path) -> None:
    done = cli("run", mine.name, "-v", "-q")
    assert done.status == 2
    assert "--quiet and --verbose exclude each other" in done.err


def test_as_json_each_line_is_an_event(cli: Cli, mine: Path) -> None:
    done = cli("run", mine.name, "--run-dir", "run", "--log-format", "json")
    results = [json.loads(line) for line in done.out.splitlines()]
    events = [json.loads(line) for line in done.err.splitlines()]
    assert {one["event"] for one in results} == {"result"}
    assert any(
        one["stage"] == "evaluate" and one["text"].startswith("accuracy: ") for one in results
    )
    kinds = [one["event"] for one in events]
    assert (kinds[0], kinds[-1]) == ("run", "end")
    assert {"stage", "metrics", "note"} <= set(kinds)
    statuses = [
        one["status"] for one in events if (one["event"], one.get("stage")) == ("stage", "train")
    ]
    assert statuses == ["running", "ran"]
    rows = [one for one in events if one["event"] == "metrics"]
    written = [json.loads(line) for line in Path("run/metrics.jsonl").read_text().splitlines()]
    assert [
        {key: row[key] for key in one} for row, one in zip(rows, written, strict=True)
    ] == written
    assert events[-1]["status"] == "done"
    assert events[-1]["page"] == "run/report.html"
    assert events[-1]["metrics"]["evaluate"]["images"] == 20


def test_as_json_findings_and_errors_are_events_too(cli: Cli, mine: Path) -> None:
    refused = cli("run", mine.name, "--log-format", "json", "-S", "seed=x")
    found = json.loads(refused.err.splitlines()[0])
    assert (refused.status, refused.out) == (1, "")
    assert (found["event"], found["code"], found["path"]) == ("finding", "type", "-S seed=x")
    ended = cli("run", mine.name, "--log-format", "json", "--until", "nowhere")
    error = json.loads(ended.err.splitlines()[-1])
    assert (error["event"], error["kind"]) == ("error", "wrong usage")
    assert error["help"]


def test_the_next_command_is_in_words_again(cli: Cli, mine: Path) -> None:
    cli("run", mine.name, "--log-format", "json", "-S", "seed=x")
    assert cli("run", "nowhere.yaml").err.startswith("wrong usage: ")
