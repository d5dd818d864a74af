"""The whole way, from a run to the classes of pictures; no data set is at hand any more."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.conftest import Done

Cli = Callable[..., Done]

PIPELINE = """\
version: 1
name: mine
stages:
  load_data:
    dataset: {type: ImageFolder, root: images}
    classes: {cat: Katze}
    transforms: [ToTensor, {type: Normalize, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}]
    batch_size: 8
  build_model:
    layers: [Flatten, {type: Linear, out_features: $data.num_classes}]
  train: {epochs: 3, loss: CrossEntropyLoss, optimizer: {type: SGD, lr: 0.01}}
  save: {path: net.pth}
  predict: {split: test, count: 12}
"""


@pytest.fixture
def run(cli: Cli, image_folder: Path) -> Path:
    """The run directory; the data set is moved away from where the pipeline has it."""
    Path("mine.yaml").write_text(PIPELINE)
    done = cli("run", "mine.yaml")
    assert done.status == 0, done.err
    image_folder.rename("elsewhere")
    (found,) = Path("runs/mine").iterdir()
    return found


def lines(done: Done) -> list[dict[str, Any]]:
    assert done.status == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


def test_it_gives_what_the_stage_has_given_for_the_same_images(cli: Cli, run: Path) -> None:
    rows = json.loads((run / "stages/predict/predictions.json").read_text())
    stage = sorted(rows, key=lambda row: row["index"])
    found = lines(
        cli("predict", "mine", "elsewhere/test", "--format", "jsonl", "--batch-size", "5")
    )
    assert len(found) == len(stage) == 12
    for one, row in zip(found, stage, strict=True):
        assert one["predicted"] == row["predicted"]
        assert one["probability"] == pytest.approx(row["probability"], abs=1e-6)
        assert {top["class"] for top in one["top"]} == {"Katze", "dog", "frog"}
        assert sum(top["probability"] for top in one["top"]) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("options", [(), ("--run-dir", "results/first")], ids=["usual", "placed"])
def test_what_is_kept_is_found_from_another_folder(
    options: tuple[str, ...],
    cli: Cli,
    image_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("mine.yaml").write_text(PIPELINE)
    assert cli("run", "mine.yaml", *options).status == 0
    (found,) = tmp_path.rglob("run.json")
    (tmp_path / "away").mkdir()
    monkeypatch.chdir(tmp_path / "away")
    picture = str(image_folder / "test/cat/00.png")
    done = cli("predict", os.path.relpath(found.parent), picture, "--format", "jsonl")
    assert done.status == 0, done.err
    assert "weights: the kept result of train" in done.err


def test_files_folders_patterns_and_standard_input_name_the_same(
    cli: Cli, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = sorted(path.as_posix() for path in Path("elsewhere/test/cat").iterdir())
    wanted = lines(cli("predict", str(run), *files, "--format", "jsonl"))
    assert [one["file"] for one in wanted] == files
    for named in ("elsewhere/test/cat", "elsewhere/test/cat/*.png", "elsewhere/**/test/cat/*.png"):
        assert lines(cli("predict", str(run), named, "--format", "jsonl")) == wanted
    for between in ("\n", "\r\n", "\0"):
        stdin = io.TextIOWrapper(io.BytesIO(between.join(files).encode()))
        monkeypatch.setattr("sys.stdin", stdin)
        assert lines(cli("predict", str(run), "-", "--format", "jsonl")) == wanted


def test_a_pattern_that_matches_a_folder_and_its_files_names_each_once(cli: Cli, run: Path) -> None:
    found = lines(cli("predict", str(run), "elsewhere/test/**", "--format", "jsonl"))
    assert len(found) == len({one["file"] for one in found}) == 12


def test_what_a_folder_has_beside_images_is_told(cli: Cli, run: Path) -> None:
    Path("elsewhere/test/cat/IMG_1.HEIC").write_bytes(b"")
    done = cli("predict", str(run), "elsewhere/test/cat")
    assert done.status == 0
    assert "1 file is not read: 1 .HEIC in elsewhere/test/cat" in done.err
    assert "photographs that Pillow does not read: convert them to JPEG" in done.err


def test_what_never_ends_is_not_opened(cli: Cli, run: Path) -> None:
    os.mkfifo("pipe.png")
    done = cli("predict", str(run), "pipe.png")
    assert (done.status, "pipe.png is neither a file nor a folder" in done.err) == (2, True)


@pytest.mark.parametrize("size", [1, 7, 100])
def test_batches_change_nothing(size: int, cli: Cli, run: Path) -> None:
    wanted = lines(cli("predict", str(run), "elsewhere", "--format", "jsonl"))
    found = lines(
        cli("predict", str(run), "elsewhere", "--format", "jsonl", "--batch-size", str(size))
    )
    assert [one["file"] for one in found] == [one["file"] for one in wanted]
    for one, other in zip(found, wanted, strict=True):
        assert one["probability"] == pytest.approx(other["probability"], abs=1e-6)


def test_the_table_fits_and_csv_has_a_row_for_each_file(cli: Cli, run: Path) -> None:
    deep = Path("elsewhere", "a" * 90, "one.png")
    deep.parent.mkdir()
    shutil.copy("elsewhere/test/cat/00.png", deep)
    table = cli("predict", run.relative_to("runs").as_posix(), str(deep))
    assert table.out.splitlines()[0].split() == ["file", "predicted", "probability", "then"]
    assert max(map(len, table.out.splitlines())) <= 80
    done = cli("predict", "mine", "elsewhere/test/cat", "--format", "csv", "--top", "2")
    head, *rows = csv.reader(done.out.splitlines())
    assert head == ["file", "predicted", "probability", "class_2", "probability_2"]
    assert [row[0][-6:] for row in rows] == ["00.png", "01.png", "02.png", "03.png"]
    assert all(float(row[2]) >= float(row[4]) for row in rows)


def test_any_size_and_mode_is_taken(cli: Cli, run: Path) -> None:
    folder = Path("odd")
    folder.mkdir()
    for mode, size in (("L", (32, 32)), ("RGBA", (90, 50)), ("I;16", (20, 64)), ("CMYK", (9, 9))):
        name = f"{mode.replace(';', '')}.{'jpg' if mode == 'CMYK' else 'png'}"
        Image.new(mode, size).save(folder / name)
    done = cli("predict", "mine", "odd", "--format", "jsonl")
    assert len(lines(done)) == 4
    assert "9 x 9 and 2 other sizes (height x width) are resized to 32 x 32" in done.err
    assert "transparent pixels: background is white" in done.err


def test_a_picture_that_the_camera_has_turned_is_seen_upright(cli: Cli, run: Path) -> None:
    picture = Image.new("RGB", (32, 32))
    picture.paste((255, 255, 255), (0, 0, 32, 8))
    picture.save("upright.png")
    exif = Image.Exif()
    exif[0x0112] = 3
    picture.rotate(180).save("turned.png", exif=exif)
    upright, turned = lines(
        cli("predict", "mine", "upright.png", "turned.png", "--format", "jsonl")
    )
    assert turned["top"] == upright["top"]


def test_what_cannot_be_read_is_named_and_the_rest_is_told(cli: Cli, run: Path) -> None:
    Path("broken.png").write_bytes(b"<html>")
    good = "elsewhere/test/dog/00.png"
    done = cli("predict", "mine", "broken.png", good, "gone.png", "--format", "jsonl")
    assert done.status == 3
    assert [json.loads(line)["file"] for line in done.out.splitlines()] == [good]
    assert "broken.png cannot be decoded: it is a web page" in done.err
    assert "gone.png cannot be read: No such file" in done.err


def test_names_cannot_speak_to_the_terminal(cli: Cli, run: Path) -> None:
    names = [b"a\x1b[31m.png", b"caf\xe9.png"]
    for name in names:
        shutil.copy(b"elsewhere/test/cat/00.png", name)
    named = [os.fsdecode(name) for name in names]
    table = cli("predict", "mine", *named)
    assert "\x1b" not in table.out
    assert r"caf\xe9.png" in table.out
    found = cli("predict", "mine", *named, "--format", "jsonl")
    assert found.out.isascii()
    assert [os.fsencode(one["file"]) for one in lines(found)] == names


def test_damaged_weights_are_told_and_those_of_save_are_used(cli: Cli, run: Path) -> None:
    image = "elsewhere/test/cat/00.png"
    wanted = lines(cli("predict", "mine", image, "--format", "jsonl"))
    for path in Path("runs/.store").glob("*/outputs/model.pth"):
        path.write_bytes(path.read_bytes()[:-9] + b"otherwise")
    done = cli("predict", "mine", image, "--format", "jsonl")
    assert lines(done) == wanted
    assert "model.pth is not what was written" in done.err
    assert "net.pth" in done.err
    (run / "net.pth").write_bytes(b"")
    gone = cli("predict", "mine", image)
    assert (gone.status, gone.out) == (3, "")
    assert "there are no weights of train" in gone.err


def test_an_interrupted_training_gives_the_weights_where_it_stopped(cli: Cli, run: Path) -> None:
    image = "elsewhere/test/cat/00.png"
    wanted = lines(cli("predict", "mine", image, "--format", "jsonl"))
    shutil.rmtree("runs/.store")
    folder = run / "checkpoints" / "train"
    folder.mkdir(parents=True, exist_ok=True)
    (run / "net.pth").rename(folder / "last_weights.pth")
    done = cli("predict", "mine", image, "--format", "jsonl")
    assert lines(done) == wanted
    assert "train was interrupted" in done.err


def test_wrong_names_are_told(cli: Cli, run: Path) -> None:
    Path("empty").mkdir()
    image = "elsewhere/test/cat/00.png"
    for arguments, words in (
        (("mina", image), "did you mean `mine`?"),
        (("mine", "*.gif"), "no file matches *.gif"),
        (("mine", "empty"), "there are no images in empty"),
        (("mine", image, "--device", "gpu"), "it may be auto, cpu, cuda"),
        (("mine", image, "--device", "cuda:99"), "there is no device cuda:99 here"),
        (("mine", image, "--stage", "save"), "no stage save that gives a network"),
    ):
        done = cli("predict", *arguments)
        assert (done.status, done.out) == (2, ""), done.err
        assert words in done.err


def test_a_stage_can_be_named(cli: Cli, run: Path) -> None:
    done = cli("predict", "mine", "elsewhere/test/cat/00.png", "--stage", "train")
    assert (done.status, "kept result of train" in done.err) == (0, True)


@pytest.mark.parametrize("dataset", ["Digits", "Shapes"])
def test_generated_data_says_its_size_and_channels(dataset: str, cli: Cli, tmp_path: Path) -> None:
    text = PIPELINE.replace("{type: ImageFolder, root: images}", dataset)
    text = text.replace("    classes: {cat: Katze}\n", "").replace(
        "  predict: {split: test, count: 12}\n", ""
    )
    text = text.replace("[0.5, 0.5, 0.5]", "[0.5]") if dataset == "Digits" else text
    (tmp_path / "mine.yaml").write_text(text)
    assert cli("run", "mine.yaml", "-S", "train.epochs=1").status == 0
    Image.new("RGB", (70, 50)).save(tmp_path / "one.png")
    done = cli("predict", "mine", "one.png", "--format", "jsonl", "--top", "99")
    (found,) = lines(done)
    assert len(found["top"]) == 10
    size = "8 x 8" if dataset == "Digits" else "32 x 32"
    assert f"images of 50 x 70 (height x width) are resized to {size}" in done.err
