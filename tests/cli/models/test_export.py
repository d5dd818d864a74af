"""From a run to a file for other programs, and whether that file holds."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cifar_pipe.export.models import read_model
from tests.conftest import ROOT, Done

pytest.importorskip("onnxscript")
pytest.importorskip("onnxruntime")

Cli = Callable[..., Done]

PIPELINE = """\
version: 1
name: mine
description: Three colours.
stages:
  load_data:
    dataset: {type: ImageFolder, root: images}
    transforms: [{type: Resize, size: [24, 24]}, ToTensor]
    batch_size: 8
  build_model:
    layers: [Flatten, {type: Linear, out_features: $data.num_classes}]
  train: {epochs: 2, loss: CrossEntropyLoss, optimizer: {type: SGD, lr: 0.01}}
  evaluate: {}
"""


@pytest.fixture
def run(cli: Cli, image_folder: Path) -> Path:
    Path("mine.yaml").write_text(PIPELINE)
    done = cli("run", "mine.yaml")
    assert done.status == 0, done.err
    return image_folder


def test_a_run_becomes_one_file_that_holds(cli: Cli, run: Path) -> None:
    done = cli("export", "mine")
    assert (done.status, done.out) == (0, "mine.onnx\n"), done.err
    assert "onnxruntime" in done.err
    card = read_model(Path("mine.onnx")).card
    assert card.classes == ["cat", "dog", "frog"]
    assert "Three colours." in card.card
    assert "- Measured by evaluate: accuracy" in card.card
    # As the files are, before they are resized.
    assert card.goldens[0].shape == (3, 32, 32)
    verified = cli("verify", "mine.onnx", "--format", "json")
    found = json.loads(verified.out)
    assert (verified.status, found["ok"], found["images"]) == (0, True, 6)
    assert found["greatest_difference"] <= found["allowed"]
    strict = cli("verify", "mine.onnx", "--tolerance", "0")
    assert strict.status == (0 if found["greatest_difference"] == 0 else 1)
    scripts = ROOT / "examples/exported"
    for words in (["verify.py"], ["classify.py", "images/test/dog/00.png"]):
        script = subprocess.run(
            [sys.executable, scripts / words[0], "mine.onnx", *words[1:]],
            capture_output=True,
            text=True,
            check=True,
        )
        told = script.stdout.splitlines()
    told_by_us = cli("predict", "mine", "images/test/dog/00.png", "--format", "jsonl")
    ours = json.loads(told_by_us.out)
    assert told == [f"images/test/dog/00.png: {ours['predicted']} {ours['probability']:.1%}"]


def test_the_ending_of_the_output_is_the_format(cli: Cli, run: Path) -> None:
    done = cli("export", "mine", "-o", "out/net.safetensors")
    assert done.status == 0, done.err
    verified = cli("verify", "out/net.safetensors")
    assert verified.status == 0
    assert verified.out.startswith("out/net.safetensors: ok, torch ")
    wrong = cli("export", "mine", "-o", "net.h5")
    assert wrong.status == 2
    assert ".onnx, .pt2 or .safetensors" in wrong.err


def test_what_is_not_installed_is_told_before_anything_is_loaded(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    done = cli("export", "no_such_run")
    assert done.status == 3
    assert "onnx needs onnxruntime, which is not installed" in done.err
    assert "pip install 'cifar-pipe[onnx]'" in done.err


def test_without_its_data_a_run_is_exported_with_other_pictures(cli: Cli, run: Path) -> None:
    run.rename("elsewhere")
    done = cli("export", "mine", "--format", "safetensors")
    assert done.status == 3
    assert "--golden a.jpg" in done.err
    done = cli("export", "mine", "--format", "safetensors", "--golden", "elsewhere/test/cat/00.png")
    assert done.status == 0, done.err


def test_a_program_is_loaded_only_where_it_is_trusted(cli: Cli, run: Path) -> None:
    assert cli("export", "mine", "--format", "pt2").status == 0
    refused = cli("verify", "mine.pt2")
    assert refused.status == 2
    assert "--trust" in refused.err
    assert cli("verify", "mine.pt2", "--trust").status == 0


def test_what_is_no_model_is_told(cli: Cli, tmp_path: Path) -> None:
    Path("net.onnx").write_text("version: 1\n")
    done = cli("verify", "net.onnx")
    assert done.status == 3
    assert "is not a model that cifar-pipe has exported" in done.err
    assert cli("verify", "none.onnx").status == 2


def test_the_stage_writes_the_same(cli: Cli, run: Path) -> None:
    Path("staged.yaml").write_text(f"{PIPELINE}  export: {{path: out/net.safetensors}}\n")
    done = cli("run", "staged.yaml", "--run-dir", "staged")
    assert done.status == 0, done.err
    staged = read_model(Path("staged/out/net.safetensors"))
    assert cli("export", "staged", "-o", "net.safetensors").status == 0
    assert read_model(Path("net.safetensors")).card.goldens == staged.card.goldens


def test_the_page_shows_the_script_word_for_word() -> None:
    script = (ROOT / "examples/exported/verify.py").read_text()
    page = (ROOT / "docs/how-to/export.md").read_text()
    assert f"```python\n{script[script.index('session =') :]}```" in page
