"""Overrides that change nothing end the command: the run would be another than was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from cifar_pipe.compose.compose import compose
from cifar_pipe.diagnostics.findings import Findings

TEXT = """
version: 1
vars: {width: 8, alone: $vars.inner, inner: 2, sizes: {a: 3, b: 4}}
blocks:
  pair:
    parameters: {w: 1, depth: 2}
    layers: [{type: Conv2d, out_channels: $block.w, kernel_size: $block.depth}]
  spare: {layers: [ReLU]}
stages:
  train: {epochs: $vars.sizes.a, lr: $vars.width}
  build_model: {layers: [{type: pair, w: 3}]}
"""


def found(*overrides: str, text: str = TEXT) -> list[tuple[str, str]]:
    findings = Findings()
    compose(Path("mine.yaml"), text, overrides, findings)
    assert {one.code for one in findings.errors} <= {"override"}
    return [(one.span.source.name, one.span.text) for one in findings.sorted()]


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("vars.widht=16", "widht=16"),
        ("vars={width: 4, sizes: {a: 1}, more: 1}", "more: 1"),
        ("vars.sizes.b=5", "b=5"),
        ("vars.sizes={a: 1, b: 2}", "b: 2"),
        # What leads to it is a variable that nothing uses itself.
        ("vars.inner=3", "inner=3"),
        ("blocks.pair.parameters.w=4", "w=4"),
        ("blocks.spare.layers.0=Tanh", "Tanh"),
    ],
)
def test_what_nothing_uses(override: str, words: str) -> None:
    assert found(override) == [(f"-S {override}", words)]


@pytest.mark.parametrize(
    "override",
    ["vars.width=16", "vars.sizes.a=5", "vars.sizes={a: 1}", "blocks.pair.parameters.depth=4"],
)
def test_what_is_used(override: str) -> None:
    assert found(override) == []


def test_what_is_unused_in_a_file_is_a_warning() -> None:
    findings = Findings()
    compose(Path("mine.yaml"), TEXT, [], findings)
    assert not findings
    assert [one.span.text for one in findings.warnings] == ["alone", "spare"]


def test_a_reference_that_names_nothing_may_mean_it() -> None:
    findings = Findings()
    text = TEXT.replace("lr: $vars.width", "lr: $vars.widt")
    compose(Path("mine.yaml"), text, ["vars.widht=16"], findings)
    assert {one.code for one in findings.errors} == {"reference"}


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (("train.epochs=3", "stages.train.epochs=4"), ["epochs"]),
        (("train.optimizer={lr: 1}", "train={epochs: $vars.sizes.a, lr: $vars.width}"), ["train"]),
        (("build_model.layers.0.w=1", "build_model.layers=[pair]"), ["layers"]),
        (("train.epochs=3", "train=null"), ["train"]),
        # The same once more, and a part of what is set before, are no contradiction.
        (("train.lr=$vars.width", "train.lr=$vars.width"), []),
        (("train.optimizer={lr: 1}", "train.optimizer.lr=2"), []),
        (("train.more=$vars.sizes.a", "train.optimizer.lr=2"), []),
    ],
)
def test_what_a_later_override_replaces(overrides: tuple[str, ...], words: list[str]) -> None:
    text = TEXT.replace("vars: {", "vars: {kept: 1, ").replace(
        "stages:\n", "stages:\n  evaluate: {}\n"
    )
    replaced = [
        one for one in found(*overrides, text=text) if one[1] in ("epochs", "train", "layers")
    ]
    assert [one[1] for one in replaced] == words


def test_an_item_of_a_list_has_two_names() -> None:
    text = TEXT.replace("{type: pair, w: 3}", "{type: pair, w: 3, id: p}")
    overrides = ("build_model.layers.p.w=4", "build_model.layers.0.w=5")
    assert found(*overrides, text=text) == [(f"-S {overrides[1]}", "w")]
