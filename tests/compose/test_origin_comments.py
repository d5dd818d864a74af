"""`show --resolved` tells of each line where its values were written, and is still YAML."""

from __future__ import annotations

from pathlib import Path

import pytest

from cifar_pipe.compose.compose import compose
from cifar_pipe.compose.origin_comments import with_origins
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.syntax.nodes import to_plain
from cifar_pipe.syntax.reader import read
from cifar_pipe.syntax.writer import to_yaml

BASE = """\
version: 1
vars: {width: 8}
stages:
  train:
    epochs: 2
    optimizer: {type: SGD, lr: 0.1}
  report: {}
"""
MINE = """\
extends: base.yaml
description: |
  two
  lines
vars: {width: 16}
blocks:
  pair: {parameters: {size: 3}, layers: [{type: Conv2d, kernel_size: $block.size}]}
stages:
  train: {epochs: 3}
  build_model:
    layers:
      - pair
      - {type: Linear, out_features: $vars.width}
"""


@pytest.fixture(autouse=True)
def _base_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cifar_pipe.compose.extends.read_file", lambda _: BASE.encode())


def resolved(*overrides: str) -> str:
    composition = compose(Path("dir/mine.yaml"), MINE, overrides, Findings())
    assert composition is not None
    return with_origins(to_yaml(composition.root), composition.root)


def origin(text: str, words: str) -> str:
    line = next(line for line in text.splitlines() if words in line and line[0] != "#")
    return line.partition("# ")[2]


def test_each_line_names_the_file_and_line_that_wrote_it() -> None:
    text = resolved()
    assert origin(text, "version:") == "base.yaml:1"
    assert origin(text, "epochs:") == ":9"
    assert origin(text, "optimizer:") == "base.yaml:6"
    assert origin(text, "report:") == "base.yaml:7"


def test_overrides_are_named() -> None:
    assert origin(resolved("train.epochs=5"), "epochs:") == "-S train.epochs=5"


def test_variables_and_blocks_tell_the_way() -> None:
    text = resolved()
    assert origin(text, "out_features: 16") == ":13; :13 < :5"
    assert origin(text, "kernel_size: 3") == ":7 < :12; :7 < :7 < :12"


def test_text_of_several_lines_has_its_comment_on_the_first() -> None:
    assert origin(resolved(), "description:") == ":2"


def test_the_own_file_is_named_at_the_top() -> None:
    assert "line 7 of dir/mine.yaml" in resolved().splitlines()[0]


def test_with_comments_it_reads_as_without() -> None:
    composition = compose(Path("dir/mine.yaml"), MINE, [], Findings())
    assert composition is not None
    again = read(resolved(), "again", Findings())
    assert again is not None
    assert to_plain(again) == to_plain(composition.root)
