"""Whatever is written, something sensible is reported: never an exception, never a place outside."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cifar_pipe.compose.compose import compose
from cifar_pipe.diagnostics.codes.table import CODES
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.render import to_json, to_text
from cifar_pipe.errors import UsageError
from cifar_pipe.pipeline.data_references import resolve_data
from cifar_pipe.syntax import reader
from cifar_pipe.syntax.nodes import MappingNode, to_plain, walk
from cifar_pipe.syntax.reader import read
from cifar_pipe.syntax.writer import to_yaml

VALID = """\
# a pipeline
version: 1
name: "lenet"
vars: {width: 6, deep: {lr: 1e-3}, list: [1, 2]}
anchors: &a
  - 'x'
  - {y: *b}
stages:
  load_data:
    dataset: {type: CIFAR10, root: data}
    transforms:
      - ToTensor
      - {type: Normalize, mean: [0.5, .5, 5e-1]}
  build_model:
    layers:
      - {type: Conv2d, out_channels: $vars.width, id: conv1}
      - ReLU
  train: {epochs: 2, after: build_model, optimizer: SGD}
  notes: |
    several
    lines
  report:
""".replace("*b", "&b 3")

SIGNS = list("[]{},:-?&*!|>'\"%@`#$~ \n\t\r\\")
WORDS = ["- ", ": ", "? ", "&a ", "*a", "*b", "!t ", "<<: ", "---\n", "...\n", "%YAML 1.2\n"]
VALUES = ["$vars.", "$$", "$data.x", "1e999", ".nan", "null", "|2\n", "漢", "😀", "e\u0301"]
ODD = ["\0", "\ud800", "\u2028", "\x85", "\ufeff"]
PIECES = st.sampled_from([*SIGNS, *WORDS, *VALUES, *ODD])


def check(content: str | bytes, *overrides: str) -> None:
    findings = Findings()
    composition = compose(Path("dir/x.yaml"), content, overrides, findings)
    assert composition is not None or findings
    for finding in findings.errors:
        assert finding.code in CODES
        for span in (finding.span, *(span for span, _ in finding.related)):
            assert_inside(span)
    text = to_text(findings.sorted(), colour=True)
    text.encode()
    assert len(to_json(findings.errors)) == len(findings.errors)
    if composition is not None:
        for node in walk(composition.root):
            assert_inside(node.span)
            if isinstance(node, MappingNode):
                for item in node.items.values():
                    assert_inside(item.span)
        facts = {"num_classes": 10, "image_shape": [3, 32, 32], "channels": 3}
        resolved = to_plain(resolve_data(composition.root, facts, findings))
        if not findings:
            assert to_plain(resolve(to_yaml(resolved))) == resolved


def resolve(text: str) -> Any:
    return read(text, "again", Findings())


def none_there(path: Path) -> bytes:
    raise FileNotFoundError(path)


def assert_inside(span: Any) -> None:
    assert span.line >= 1
    assert 1 <= span.column <= span.end_column
    if span.line > 1 or span.source.lines:
        assert span.line <= len(span.source.lines)
        assert span.end_column <= len(span.source.lines[span.line - 1]) + 2


@pytest.fixture(
    params=[name for name in ("SafeLoader", "CSafeLoader") if hasattr(yaml, name)], autouse=True
)
def _each_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "PARSER", getattr(yaml, request.param))
    monkeypatch.setattr("cifar_pipe.compose.extends.read_file", none_there)


QUICK = settings(max_examples=250, suppress_health_check=list(HealthCheck))


def test_the_valid_document_is_valid() -> None:
    findings = Findings()
    compose(Path("x.yaml"), VALID, [], findings)
    assert not findings.errors


@QUICK
@given(st.text(max_size=60))
@example("")
@example("\n\n")
@example("a: |\n")
@example("\xa0\x850")
def test_any_text_is_read_or_reported(text: str) -> None:
    check(text)


@QUICK
@given(
    st.binary(max_size=40) | st.text(max_size=20).map(lambda text: text.encode("utf-8", "replace"))
)
def test_any_bytes_are_read_or_reported(content: bytes) -> None:
    check(content)


@QUICK
@given(st.lists(PIECES, max_size=25).map("".join))
def test_any_soup_of_yaml_is_read_or_reported(text: str) -> None:
    check(text)


@QUICK
@given(st.data())
def test_a_document_that_is_cut_about_is_read_or_reported(data: st.DataObject) -> None:
    text = VALID
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 6)))
        text = text[:start] + data.draw(PIECES | st.just("")) + text[end:]
    check(text)


NAMES = """stages train epochs optimizer lr vars width list 0 1 build_model layers conv1
load_data transforms x extends runtime null name notes"""
PATHS = st.lists(st.sampled_from(NAMES.split()), min_size=1, max_size=5).map(".".join)
SOUP = st.lists(PIECES, max_size=6).map("".join) | st.sampled_from(["1", "null", "{a: 1}", "[1]"])


@QUICK
@given(PATHS, SOUP)
def test_any_override_is_taken_or_reported_or_wrong_usage(path: str, value: str) -> None:
    # Wrong usage is the one exception there is.
    with contextlib.suppress(UsageError):
        check(VALID.replace("  report:\n", ""), f"{path}={value}")
