"""A second run: what is taken from the first, what is made again, and what is said of it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cifar_pipe.stages.train.spec import Train
from tests.cases.case import BASE
from tests.conftest import Done

Cli = Callable[..., Done]
STORE = Path("runs/.store")


@pytest.fixture
def pipeline(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(BASE)
    return path


def run(cli: Cli, out: str, *arguments: str) -> Done:
    done = cli("run", "mine.yaml", "--run-dir", out, *arguments)
    assert done.status == 0, done.err
    return done


def state(out: str) -> dict[str, Any]:
    return json.loads((Path(out) / "run.json").read_text())


def statuses(out: str) -> dict[str, str]:
    return {id_: stage["status"] for id_, stage in state(out)["stages"].items()}


def ran(out: str) -> list[str]:
    """The stages that ran, less those that always do."""
    found = [id_ for id_, status in statuses(out).items() if status == "ran"]
    return [id_ for id_ in found if id_ not in ("save", "report")]


def files(out: str) -> dict[str, bytes]:
    """What the stages have left, less what tells the time."""
    stages = Path(out) / "stages"
    found = {p.relative_to(stages).as_posix(): p for p in stages.rglob("*") if p.is_file()}
    return {name: path.read_bytes() for name, path in found.items()}


def entry_of(stage: str) -> Path:
    (found,) = (
        p.parent for p in STORE.glob("*/entry.json") if json.loads(p.read_text())["stage"] == stage
    )
    return found


@pytest.mark.usefixtures("pipeline")
def test_a_second_run_takes_everything_from_the_first(cli: Cli) -> None:
    first, second = run(cli, "a"), run(cli, "b")
    assert ran("b") == []
    assert second.out == first.out
    assert files("a") == files("b")
    assert state("a")["metrics"] == state("b")["metrics"]
    assert state("a")["data"] == state("b")["data"]
    assert state("a")["engine"] == state("b")["engine"]
    assert Path("a/metrics.jsonl").read_text() == Path("b/metrics.jsonl").read_text()
    assert Path("a/cifar_net.pth").read_bytes() == Path("b/cifar_net.pth").read_bytes()
    assert Path("b/report.html").stat().st_size > 10_000
    (line,) = (line for line in second.err.splitlines() if line.startswith("train "))
    assert line.startswith("train  reused from a (")
    assert state("b")["stages"]["train"]["reason"].startswith("from a (")


@pytest.mark.usefixtures("pipeline")
def test_a_changed_setting_runs_what_depends_on_it_and_says_why(cli: Cli) -> None:
    run(cli, "a")
    done = run(cli, "b", "-S", "train.optimizer.lr=0.01")
    assert ran("b") == ["load_data", "build_model", "train", "predict", "evaluate"]
    assert "train  runs: optimizer.lr 0.001 -> 0.01" in done.err.splitlines()
    assert "evaluate  runs: its model changed" in done.err.splitlines()
    assert state("b")["stages"]["train"]["reason"] == "optimizer.lr 0.001 -> 0.01"


def test_comments_paths_and_how_much_is_printed_run_nothing(cli: Cli, pipeline: Path) -> None:
    run(cli, "a")
    pipeline.write_text(f"# mine\n{BASE}")
    run(cli, "b", "-S", "train.log_every=1", "-S", "save.path=other.pth", "-S", "name=other")
    assert ran("b") == []
    assert Path("b/other.pth").exists()


@pytest.mark.usefixtures("pipeline")
def test_a_stage_that_gives_the_same_again_runs_nothing_below(cli: Cli) -> None:
    run(cli, "a")
    done = run(cli, "b", "--force", "build_model")
    assert ran("b") == ["load_data", "build_model"]
    assert "build_model  runs: --force build_model" in done.err


def test_a_touched_image_is_read_again_and_changes_nothing(
    cli: Cli, pipeline: Path, image_folder: Path
) -> None:
    folder = BASE.replace("type: Shapes, train: 40, test: 20", "type: ImageFolder, root: images")
    pipeline.write_text(folder.replace("out_features: 10, id", "out_features: 3, id"))
    run(cli, "a")
    image = image_folder / "train/cat/00.png"
    os.utime(image, (1, 1))
    done = run(cli, "b")
    assert ran("b") == ["load_data"]
    assert "load_data  runs: what it reads from disk changed" in done.err
    image.write_bytes((image_folder / "train/dog/00.png").read_bytes())
    run(cli, "c")
    assert ran("c") == ["load_data", "show_images", "build_model", "train", "predict", "evaluate"]


def test_an_image_that_was_changed_unseen_is_seen_once_it_is_read(
    cli: Cli, pipeline: Path, image_folder: Path
) -> None:
    """Of the same size and time of change: no fingerprint sees it."""
    folder = BASE.replace("type: Shapes, train: 40, test: 20", "type: ImageFolder, root: images")
    pipeline.write_text(folder.replace("out_features: 10, id", "out_features: 3, id"))
    image = image_folder / "train/cat/00.bmp"
    Image.new("RGB", (32, 32), (10, 20, 30)).save(image)
    run(cli, "a")
    before = image.stat()
    Image.new("RGB", (32, 32), (200, 20, 30)).save(image)
    assert image.stat().st_size == before.st_size
    os.utime(image, ns=(before.st_atime_ns, before.st_mtime_ns))
    run(cli, "b", "--force", "evaluate")
    assert ran("b") == ["load_data", "show_images", "build_model", "train", "predict", "evaluate"]
    run(cli, "c")
    assert ran("c") == []
    assert state("b")["metrics"] == state("c")["metrics"]


@pytest.mark.usefixtures("pipeline")
@pytest.mark.parametrize("name", ["entry.json", "files/metrics.json"])
def test_a_damaged_result_is_set_aside_and_made_again(cli: Cli, name: str) -> None:
    run(cli, "a")
    path = entry_of("evaluate") / name
    path.write_bytes(path.read_bytes().replace(b"0", b"1", 1))
    done = run(cli, "b")
    assert ran("b")[-1] == "evaluate"
    assert "evaluate  runs: its kept result is damaged" in done.err
    assert state("a")["metrics"] == state("b")["metrics"]
    run(cli, "c")
    assert ran("c") == []


@pytest.mark.usefixtures("pipeline")
def test_damaged_weights_are_trained_again(cli: Cli) -> None:
    run(cli, "a")
    path = entry_of("train") / "outputs/model.pth"
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)
    done = run(cli, "b")
    assert "it is set aside as runs/.store/" in done.err
    assert statuses("b")["train"] == "ran"
    assert Path("a/cifar_net.pth").read_bytes() == Path("b/cifar_net.pth").read_bytes()


@pytest.mark.usefixtures("pipeline")
def test_a_result_of_older_code_is_made_again_or_kept(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(cli, "a")
    monkeypatch.setattr(Train, "CODE", 2)
    rows = json.loads(cli("status", "mine.yaml", "--format", "json").out)
    (train,) = (row for row in rows if row["stage"] == "train")
    assert train["action"] == "run"
    assert train["reason"].startswith("cifar-pipe's code of it changed: 1 -> 2; --keep-older")
    done = run(cli, "b", "--keep-older")
    assert ran("b") == []
    assert "made by older code of cifar-pipe (1)" in done.err
    run(cli, "c")
    assert "train" in ran("c")


@pytest.mark.usefixtures("pipeline")
def test_stages_can_be_left_out_and_asked_for(cli: Cli) -> None:
    run(cli, "a", "--until", "train")
    assert [*statuses("a").values()][4:] == ["skipped"] * 4
    run(cli, "b", "--only", "evaluate")
    assert ran("b") == ["load_data", "evaluate"]
    assert statuses("b")["train"] == "reused"
    assert statuses("b")["save"] == "skipped"
    run(cli, "c", "--from", "predict")
    assert ran("c") == ["load_data", "predict", "evaluate"]


@pytest.mark.usefixtures("pipeline")
def test_a_dry_run_says_what_would_run_and_runs_nothing(cli: Cli) -> None:
    done = cli("run", "mine.yaml", "--dry-run")
    assert done.status == 0
    assert [line.split()[:2] for line in done.out.splitlines()[1:]] == [
        [id_, "run"]
        for id_ in (
            "load_data",
            "show_images",
            "build_model",
            "train",
            "save",
            "predict",
            "evaluate",
            "report",
        )
    ]
    assert not [*Path("runs").glob("lenet*")]


@pytest.mark.usefixtures("pipeline")
def test_a_name_that_is_no_stage_is_refused_before_anything_runs(cli: Cli) -> None:
    done = cli("run", "mine.yaml", "--force", "trian")
    assert done.status == 2
    assert "did you mean `train`?" in done.err
    assert not [*Path("runs").glob("lenet*")]


@pytest.mark.usefixtures("pipeline")
def test_the_same_run_directory_is_gone_on_with(cli: Cli) -> None:
    run(cli, "a", "--until", "train")
    done = run(cli, "a")
    assert "run directory: a (resumed)" in done.err
    assert "train  done before this run was stopped" in done.err
    assert statuses("a")["evaluate"] == "ran"
    assert state("a")["attempts"] == 2
    other = cli("run", "mine.yaml", "--run-dir", "a", "-S", "seed=1")
    assert other.status == 3
    assert "a holds a run of another pipeline already" in other.err
    run(cli, "a", "-S", "seed=1", "--fresh")
    assert state("a")["seed"] == 1
    assert state("a")["attempts"] == 1


@pytest.mark.usefixtures("pipeline")
def test_how_large_a_batch_fits_is_found_anew_each_time(cli: Cli) -> None:
    stage = "stages.find_batch_size={loss: CrossEntropyLoss, optimizer: SGD, after: build_model}"
    for out in ("a", "b"):
        run(cli, out, "-S", stage, "-S", "find_batch_size.max_batch_size=8")
        assert statuses(out)["find_batch_size"] == "ran"
    told = cli("status", "mine.yaml", "-S", stage, "-S", "find_batch_size.max_batch_size=8").out
    assert "find_batch_size  run    what it finds depends on the machine" in told


@pytest.mark.usefixtures("pipeline")
def test_weights_that_a_stage_of_the_run_writes_are_looked_at_when_they_are_read(cli: Cli) -> None:
    run(cli, "out")
    first = Path("out/cifar_net.pth").read_bytes()
    again = "stages.again={type: load, file: out/cifar_net.pth, after: save, from: {model: build_model}}"

    def accuracy_and_loss(*arguments: str) -> object:
        Path("out/cifar_net.pth").write_bytes(first)
        run(cli, "out", "--fresh", "-S", again, "-S", "evaluate.from.model=again", *arguments)
        return state("out")["metrics"]

    accuracy_and_loss("-S", "train.optimizer.lr=0.01")
    other = accuracy_and_loss("-S", "train.optimizer.lr=0.02")
    run(cli, "plain", "-S", "train.optimizer.lr=0.02")
    assert other == state("plain")["metrics"]
