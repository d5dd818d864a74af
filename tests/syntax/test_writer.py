from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cifar_pipe.compose.provenance import Removals
from cifar_pipe.compose.references import resolve_vars
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.syntax.nodes import to_plain
from cifar_pipe.syntax.reader import read
from cifar_pipe.syntax.writer import WIDEST, in_line, in_one_line, pipeline_yaml, to_yaml

TEXT = """\
version: 1
name: lenet
stages:
  load_data:
    dataset: {type: CIFAR10, root: data, download: true, stand_in: Shapes}
    classes: [plane, car, bird, cat, deer, dog, frog, horse, ship, truck]
    transforms:
      - ToTensor
      - {type: Normalize, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}
    batch_size: 4
  train:
    epochs: 2
    scheduler: null
    optimizer: {type: SGD, lr: 0.001, momentum: 0.9}
  report: {}
"""


def again(text: str) -> Any:
    findings = Findings()
    root = read(text, "written.yaml", findings)
    assert not findings.errors, (text, findings.errors)
    assert root is not None
    return to_plain(resolve_vars(root, findings, Removals())), findings.errors


def test_a_pipeline_is_written_as_one_would(root_of: Callable[[str], Any]) -> None:
    assert to_yaml(root_of(TEXT)) == TEXT
    assert to_yaml(to_plain(root_of(TEXT))) == TEXT


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("1e-3", "'1e-3'"),
        ("on", "'on'"),
        ("yes", "'yes'"),
        ("null", "'null'"),
        ("12:30", "'12:30'"),
        ("010", "'010'"),
        ("0o17", "'0o17'"),
        ("2026-11-23", "'2026-11-23'"),
        ("$vars.x", "'$vars.x'"),
        ("", "''"),
        ("<<", "'<<'"),
        ("a: b", "'a: b'"),
        ("# a", "'# a'"),
        ("a\tb", '"a\\tb"'),
        ("runs/x.pth", "runs/x.pth"),
        ("漢字 é", "漢字 é"),
        (1e-05, "1e-05"),
        (1e22, "1e+22"),
        (0.1, "0.1"),
        (2.0, "2.0"),
        (True, "true"),
        (None, "null"),
        (-3, "-3"),
        ([], "[]"),
        ({}, "{}"),
        ((1, 2), "[1, 2]"),
    ],
)
def test_values_are_written_so_that_they_keep_their_type(value: Any, written: str) -> None:
    assert to_yaml({"a": value}) == f"a: {written}\n"


def test_text_of_several_lines_is_a_block() -> None:
    text = to_yaml({"a": "one\n  two\n\nthree\n"})
    assert text == "a: |\n  one\n    two\n\n  three\n"


def test_lists_that_are_long_are_one_below_the_other() -> None:
    text = to_yaml({"a": [f"word number {n}" for n in range(9)]})
    assert text.startswith("a:\n  - word number 0\n  - word number 1\n")


def test_long_lines_are_broken_between_words() -> None:
    text = to_yaml({"a": " ".join(["word"] * 99), "b": {f"key{n}": n for n in range(40)}})
    assert max(map(len, text.splitlines())) <= WIDEST + len("word")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{a: {type: SGD, lr: 0.1}}", "a: {type: SGD, lr: 0.1}"),
        ("a:\n  - ToTensor\n  - {type: Resize, size: [3, 3]}\n", "a: [ToTensor, {type: Resize, size: [3, 3]}]"),
        ("a: '0.1'", "a: '0.1'"),
        ("a: $data.num_classes", "a: $data.num_classes"),
        (f"a: [{', '.join(['longer'] * 10)}]", None),
        ("a: |\n  two\n  lines\n", None),
    ],
)  # fmt: skip
def test_one_line_has_brackets_however_deep_it_is(
    text: str, line: str | None, root_of: Callable[[str], Any]
) -> None:
    assert in_one_line("a", root_of(text).get("a")) == line


def test_references_to_the_data_stay_and_literal_dollars_too(root_of: Callable[[str], Any]) -> None:
    text = "a: $data.num_classes\nb: $$data.num_classes\nc: '$x'\n"
    root = resolve_vars(root_of(text), Findings(), Removals())
    assert to_yaml(root) == "a: $data.num_classes\nb: '$data.num_classes'\nc: '$x'\n"


def test_what_no_yaml_has_is_our_own_mistake() -> None:
    with pytest.raises(TypeError):
        to_yaml({"a": object()})


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    [
        "1e-3",
        "on",
        "$x",
        "~",
        "null",
        "1_000",
        "a: b",
        "- a",
        "%x",
        "a #b",
        " a ",
        "\n",
        "x\n\ny",
        "=",
        "!x",
        "*a",
        "&a",
        "'",
        '"',
        "\u2028",
        "\x85",
        "\x00",
        "\ufeff",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=15,
)


@settings(max_examples=200)
@given(st.dictionaries(TEXTS, DATA, max_size=5))
def test_what_is_written_is_read_back_equal(data: dict[str, Any]) -> None:
    """Below a key of pipelines: odd words at the top level are taken for pasted text."""
    found, findings = again(to_yaml({"stages": data}))
    assert repr(found) == repr({"stages": data})
    assert not findings


@settings(max_examples=100)
@given(st.dictionaries(TEXTS, TEXTS, max_size=5))
def test_other_readers_of_yaml_read_the_same_texts(data: dict[str, str]) -> None:
    assert yaml.safe_load(to_yaml(data)) == data


def test_on_one_line_a_reference_stays_plain() -> None:
    data = {"type": "Linear", "out_features": "$data.num_classes", "x": [1, {"y": None}], "z": "1"}
    line = "{type: Linear, out_features: $data.num_classes, x: [1, {y: null}], z: '1'}"
    assert in_line(data) == line
    assert in_line("ReLU") == "ReLU"
    assert in_line(0.001) == "0.001"


def test_in_a_pipeline_of_plain_data_a_text_with_a_dollar_is_a_reference() -> None:
    assert pipeline_yaml({"lr": "$vars.rate", "name": "a"}) == "lr: $vars.rate\nname: a\n"
    assert to_yaml({"lr": "$vars.rate"}) == "lr: '$vars.rate'\n"
