"""The whole way: a folder of pictures without labels, through a run."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from cifar_pipe.context import Context
from cifar_pipe.stages.predict_folder import run as stage
from cifar_pipe.stages.predict_folder.run import external
from cifar_pipe.stages.predict_folder.spec import PredictFolder
from tests.conftest import Done

Cli = Callable[..., Done]

PIPELINE = """\
version: 1
name: mine
stages:
  load_data:
    dataset: {type: ImageFolder, root: images}
    transforms: [ToTensor]
    batch_size: 8
  build_model:
    layers: [Flatten, {type: Linear, out_features: $data.num_classes}]
  train: {epochs: 1, loss: CrossEntropyLoss, optimizer: {type: SGD, lr: 0.01}}
  predict_folder: {root: photos, top: 2}
  report: {}
"""
FOLDER = Path("out/stages/predict_folder")


@pytest.fixture
def photos(image_folder: Path) -> Path:
    """Of several sizes and kinds, in folders too."""
    Path("mine.yaml").write_text(PIPELINE)
    folder = Path("photos")
    (folder / "holiday").mkdir(parents=True)
    Image.new("L", (32, 32), 40).save(folder / "grey.png")
    Image.new("RGB", (90, 50), (200, 10, 10)).save(folder / "holiday" / "wide.jpg")
    for number in range(28):
        Image.new("RGB", (32, 32), (9 * number, 255 - 9 * number, 80)).save(
            folder / f"{number:02}.png"
        )
    return folder


def run(cli: Cli, *more: str) -> Done:
    done = cli("run", "mine.yaml", "--run-dir", "out", *more)
    assert done.status == 0, done.err
    return done


def answers() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / "predictions.jsonl").read_text().splitlines()]


def test_it_gives_what_the_command_gives(cli: Cli, photos: Path) -> None:
    done = run(cli)
    found = cli("predict", "out", "photos", "--top", "2", "--format", "jsonl")
    wanted = [json.loads(line) for line in found.out.splitlines()]
    assert [f"photos/{one['file']}" for one in answers()] == [one["file"] for one in wanted]
    assert [one["predicted"] for one in answers()] == [one["predicted"] for one in wanted]
    for one, other in zip(answers(), wanted, strict=True):
        assert one["probability"] == pytest.approx(other["probability"], abs=1e-6)
    head, *rows = csv.reader((FOLDER / "predictions.csv").read_text().splitlines())
    assert head == ["file", "predicted", "probability", "class_2", "probability_2"]
    assert [row[:2] for row in rows] == [[one["file"], one["predicted"]] for one in answers()]
    assert "00.png" in done.out
    assert "holiday/wide.jpg" not in done.out, "the first ten are shown"
    assert "50 x 90 (height x width) are resized to 32 x 32" in done.err
    assert "30 images, stages/predict_folder/predictions.csv" in done.err


def test_the_page_shows_the_least_certain_and_links_to_all(cli: Cli, photos: Path) -> None:
    run(cli)
    page = Path("out/report.html").read_text()
    assert "30 images without labels" in page
    assert 'href="stages/predict_folder/predictions.csv"' in page
    assert 'href="../stages/predict_folder/predictions.csv"' in page_at(cli, "pages/mine.html")
    assert "The 24 images that are least certain" in page
    least = min(answers(), key=lambda one: one["probability"])
    assert f'alt="{least["file"]}, taken for {least["predicted"]}"' in page


def page_at(cli: Cli, path: str) -> str:
    run(cli, "--fresh", "-S", f"report.path={path}")
    return Path("out", path).read_text()


def test_the_answers_are_kept_until_the_folder_changes(cli: Cli, photos: Path) -> None:
    run(cli)
    again = cli("run", "mine.yaml")
    assert "predict_folder  reused" in again.err
    Image.new("RGB", (32, 32)).save(photos / "new.png")
    assert (
        "predict_folder  run    what it reads from disk changed" in cli("status", "mine.yaml").out
    )
    cli("run", "mine.yaml", "--run-dir", "out")
    assert answers()[-1]["file"] == "new.png"


def test_what_cannot_be_read_is_named_and_the_rest_is_told(cli: Cli, photos: Path) -> None:
    (photos / "broken.png").write_bytes(b"<html>")
    (photos / "IMG_1.HEIC").write_bytes(b"")
    done = run(cli)
    assert "photos/broken.png cannot be decoded: it is a web page" in done.err
    assert "1 file is not read: 1 .HEIC in photos" in done.err
    assert len(answers()) == 30
    assert "broken.png cannot be decoded" in Path("out/report.html").read_text()


def test_a_folder_of_nothing_that_can_be_read_ends_the_run(cli: Cli, photos: Path) -> None:
    Path("bad").mkdir()
    Path("bad/one.png").write_bytes(b"<html>")
    done = cli("run", "mine.yaml", "-S", "predict_folder.root=bad")
    assert (done.status, "one.png cannot be decoded" in done.err) == (3, True)


def test_the_fingerprint_sees_names_and_what_is_in_files(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    spec = PredictFolder(root=str(folder))
    assert external(spec, whole=False) is None
    folder.mkdir()
    path = folder / "one.png"
    path.write_bytes(b"1")
    digests = [external(spec, whole=True)]
    path.write_bytes(b"2")
    digests.append(external(spec, whole=True))
    path.rename(folder / "two.png")
    digests.append(external(spec, whole=True))
    assert len({*digests}) == 3
    (folder / "notes.txt").write_text("not read")
    assert external(spec, whole=True) == digests[-1]


def test_the_network_is_computed_as_its_training_has_recorded(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | None] = []

    class Asked(Exception):
        pass

    def predictor(*_: object, engine: str | None, **__: object) -> None:
        asked.append(engine)
        raise Asked

    monkeypatch.setattr(stage, "Predictor", predictor)
    monkeypatch.setattr(stage, "find_unlabelled", lambda root: None)
    for history in (None, {}, {"evaluation": "kernels"}):
        kept = None if history is None else SimpleNamespace(choices=history)
        data = SimpleNamespace(classes=("cat", "dog"), settings=None)
        monkeypatch.setattr(stage, "check_outputs", lambda *_: None)
        monkeypatch.setattr(stage, "Classifier", lambda *_: None)
        with pytest.raises(Asked):
            stage.run(
                PredictFolder(root="photos"),
                {"data": data, "model": None, "history": kept},
                context,
            )
    assert asked == [None, None, "kernels"]
