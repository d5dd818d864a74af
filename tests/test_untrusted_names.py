"""One hostile name through every place where names come out: terminals, files, the page."""

from __future__ import annotations

import csv
import json
import os
import unicodedata
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.conftest import Done

Cli = Callable[..., Done]

# A title for the terminal's window, colours, a cleared screen (also as one character of C1), a bell, a
# step back, another direction of text, a line of its own, marks of HTML and of rich, bytes that are
# not UTF-8.
CONTROLS = "\x1b]0;T\x07\x1b[2J\x1b[31m\x9b5m\x08\r\u202e\u2066\u2028\nAccuracy: 100 %"
MARKS = "<script>alert(1)<b>\"'><img src=x onerror=alert(2)>[red]{x}%s"
NAME = f"=a{CONTROLS}{MARKS}"
FILE_NAME = os.fsencode(NAME) + b"\xe9"
BIDIRECTIONAL = {*"\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}

PIPELINE = """
version: 1
stages:
  load_data: {dataset: {type: ImageFolder, root: images}, transforms: [ToTensor], batch_size: 4}
  show_images: {}
  build_model: {layers: [Flatten, {type: Linear, out_features: $data.num_classes}]}
  train: {epochs: 1, loss: CrossEntropyLoss, optimizer: {type: SGD, lr: 0.01}}
  predict: {}
  evaluate: {metrics: [{type: precision, average: none}]}
  report: {}
"""


def obeyed(text: str) -> set[str]:
    """The characters that a terminal would obey, beside the end of a line."""
    categories = ("Cc", "Cs", "Zl", "Zp")
    found = {one for one in text if unicodedata.category(one) in categories or one in BIDIRECTIONAL}
    return found - {"\n"}


def assert_harmless(done: Done) -> None:
    for text in (done.out, done.err):
        assert obeyed(text) == set()
        assert not [line for line in text.splitlines() if line.startswith("Accuracy: 100 %")]


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.handlers: list[str] = []
        self.images: list[str | None] = []
        self._tag = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.images += [value for name, value in attrs if name == "src"]

    def handle_data(self, data: str) -> None:
        if self._tag == "script":
            self.scripts.append(data)


def assert_page_is_harmless(path: Path) -> None:
    tags = Tags()
    tags.feed(path.read_text())
    assert not [one for one in tags.scripts if "alert" in one]
    assert tags.handlers == []
    assert "x" not in tags.images


@pytest.fixture
def hostile_folder(image_folder: Path) -> Path:
    """A class folder, an image, one with transparent pixels and a file of another kind, so called."""
    from PIL import Image

    for split in ("train", "test"):
        folder = image_folder / split / os.fsdecode(FILE_NAME)
        (image_folder / split / "cat").rename(folder)
        (folder / "00.png").rename(folder / os.fsdecode(FILE_NAME + b".png"))
        (folder / os.fsdecode(FILE_NAME + b".txt")).write_text("no image")
    transparent = image_folder / "train" / "dog" / os.fsdecode(FILE_NAME + b"2.png")
    with transparent.open("wb") as file:
        Image.new("RGBA", (32, 32), (1, 2, 3, 4)).save(file, "PNG")
    return image_folder


def test_names_of_folders_and_files(cli: Cli, hostile_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(PIPELINE)
    done = cli("run", "mine.yaml", "--run-dir", "out")
    assert done.status == 0, done.err
    assert_harmless(done)
    # All of it was there to be shown: a warning, a note, a label, results.
    assert done.err.count("\\x1b]0;T\\x07") >= 3
    assert "transparent pixels" in done.err
    assert any(line.startswith("=a\\x1b]0;T\\x07") for line in done.out.splitlines())
    out = tmp_path / "out"
    for path in out.rglob("*"):
        if path.suffix in (".json", ".jsonl", ".csv", ".yaml", ".html"):
            assert obeyed(path.read_text()) == set(), path
    name = json.loads((out / "run.json").read_text())["data"]["classes"][0]
    assert name.startswith("=a\\x1b]0;T\\x07")
    table = (out / "stages" / "evaluate" / "confusion_matrix.csv").read_text()
    assert [row[0][:3] for row in csv.reader(table.splitlines())] == ["", "'=a", "dog", "fro"]
    assert_page_is_harmless(out / "report.html")


def test_names_of_files_that_stop_a_run(cli: Cli, hostile_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(PIPELINE)
    (hostile_folder / "train" / "dog" / os.fsdecode(b"b" + FILE_NAME + b".png")).write_bytes(b"no")
    done = cli("run", "mine.yaml", "--run-dir", "out")
    assert done.status == 3
    assert_harmless(done)
    assert "\\xe9.png cannot be decoded" in done.err
    assert obeyed((tmp_path / "out" / "run.json").read_text()) == set()
    for arguments in (("--format", "json"), ("--format", "sarif"), ()):
        assert_harmless(cli("validate", "--data", *arguments, "mine.yaml"))


def test_words_of_a_pipeline(cli: Cli, image_folder: Path, tmp_path: Path) -> None:
    text, in_one_line = json.dumps(NAME), json.dumps(NAME.replace("\n", " "))
    pipeline = f"description: {in_one_line}\n{PIPELINE}".replace(
        "batch_size: 4", f"batch_size: 4, classes: {{cat: {text}}}"
    )
    pipeline = pipeline.replace("$data.num_classes", "3")
    (tmp_path / "mine.yaml").write_text(pipeline)
    for command in (("show", "--data"), ("show", "--resolved"), ("validate", "--data")):
        done = cli(*command, "mine.yaml")
        assert done.status == 0, done.err
        assert_harmless(done)
    done = cli("run", "mine.yaml", "--run-dir", f"out{CONTROLS}")
    assert done.status == 0, done.err
    assert_harmless(done)
    assert_page_is_harmless(tmp_path / f"out{CONTROLS}" / "report.html")


@pytest.mark.parametrize(
    "mistake",
    [
        "train: {epochs: NAME}",
        "train: {NAME: 1}",
        "train: {loss: NAME}",
        "NAME: {}",
        "load_data: {dataset: {type: ImageFolder, root: NAME}}",
        "load: {file: NAME}",
        "save: {path: NAME}",
        "evaluate: {from: {model: NAME}}",
        "train: {epochs: $vars.NAME}",
    ],
)
def test_mistakes_in_a_pipeline(cli: Cli, mistake: str, tmp_path: Path) -> None:
    text = f"version: 1\nstages:\n  {mistake.replace('NAME', json.dumps(NAME))}\n"
    (tmp_path / "mine.yaml").write_text(text)
    for arguments in ((), ("--data",), ("--format", "json"), ("--format", "sarif")):
        done = cli("validate", *arguments, "mine.yaml")
        assert done.status in (0, 1), done.err
        assert_harmless(done)


@pytest.mark.parametrize(
    "arguments",
    [
        ("validate", NAME),
        ("validate", "mine.yaml", "-S", f"train.{NAME}=1"),
        ("validate", "mine.yaml", "-S", f"train.epochs={NAME}"),
        ("run", "mine.yaml", "--run-dir", f"mine.yaml/{NAME}"),
        ("run", "mine.yaml", "--seeds", NAME),
        ("components", NAME),
        ("explain", NAME),
        ("init", f"mine.yaml/{CONTROLS}"),
        ("schema", f"mine.yaml/{CONTROLS}"),
    ],
)
def test_words_of_the_command_line(
    cli: Cli, arguments: tuple[str, ...], image_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text(PIPELINE)
    done = cli(*arguments)
    assert done.status in (1, 2, 3), done.err
    assert_harmless(done)
