"""cifar-pipe compare and why, from runs to their pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cases.case import BASE
from tests.conftest import Done

Cli = Callable[..., Done]


@pytest.fixture
def pair(cli: Cli, tmp_path: Path) -> Path:
    (tmp_path / "mine.yaml").write_text(BASE)
    other = ("-S", "train.optimizer.lr=0.1", "-S", "load_data.batch_size=8")
    assert cli("run", "mine.yaml", "--run-dir", "a").status == 0
    assert cli("run", "mine.yaml", *other, "--run-dir", "b").status == 0
    return tmp_path


def test_runs_are_compared_and_what_is_between_them_is_run(cli: Cli, pair: Path) -> None:
    compared = cli("compare", "a", "b", "--format", "json")
    assert compared.status == 0, compared.err
    page = json.loads(compared.out)["page"]
    assert "train.optimizer.lr" in (pair / page).read_text()

    chinese = cli("compare", "a", "b", "--no-images", "--language", "zh", "--page", "zh.html")
    assert (chinese.status, chinese.out.count("setting")) == (0, 1), chinese.err
    assert '<html lang="zh-CN">' in (pair / "zh.html").read_text()

    planned = cli("why", "a", "b", "--seeds", "1", "--dry-run", "--format", "json")
    assert planned.status == 0, planned.err
    content = json.loads(planned.out)
    assert content["variants"] == ["A", "A+1", "A+2", "B"]
    assert (content["runs"], content["runs_to_compute"]) == (4, 2)
    assert not [*pair.glob("runs/lenet.why/*/*")]

    done = cli("why", "a", "b", "--seeds", "1", "--language", "zh", "--format", "json")
    assert done.status == 0, done.err
    found = json.loads(done.out)
    measured = {name: of["0"] for name, of in found["variants"].items()}
    for name in ("a", "b"):
        run = json.loads((pair / name / "run.json").read_text())
        assert measured[name.upper()] == run["metrics"]["evaluate"]["accuracy"]
    shares = sum(one["share"]["value"] for one in found["settings"])
    assert shares == pytest.approx(found["difference"]["value"])
    assert found["difference"]["value"] == pytest.approx(measured["B"] - measured["A"])
    assert '<html lang="zh-CN">' in (pair / found["page"]).read_text()

    again = cli("why", "a", "b", "--seeds", "1", "--dry-run", "--format", "json")
    assert json.loads(again.out)["runs_to_compute"] == 0
    assert "lenet.why" not in cli("runs", "lenet").out
    assert cli("runs").out.splitlines()[-1].startswith("and 4 runs of cifar-pipe why")
    assert len(cli("runs", "*.why").out.splitlines()) == 5


def test_pages_are_in_languages_that_there_are(cli: Cli) -> None:
    for command in ("compare", "why"):
        done = cli(command, "a", "b", "--language", "fr")
        assert done.status == 2
        assert "'fr' is not one of 'en', 'zh'" in done.err


def test_runs_that_do_not_differ_are_refused(cli: Cli, pair: Path) -> None:
    done = cli("why", "a", "a")
    assert done.status == 2
    assert "no setting that evaluate depends on differs" in done.err
