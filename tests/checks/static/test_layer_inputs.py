"""How layers are joined is checked without torch, at the exact words."""

from __future__ import annotations

from pathlib import Path

import pytest

from cifar_pipe.checks.check import check
from cifar_pipe.checks.context import CheckOptions
from cifar_pipe.diagnostics.findings import Finding, Findings

HEAD = """version: 1
stages:
  load_data: {dataset: {type: Shapes, train: 40, test: 20}, transforms: [ToTensor]}
  build_model:
    layers:
"""


def found(tmp_path: Path, *layers: str, shapes: bool = False) -> list[Finding]:
    path = tmp_path / "p.yaml"
    path.write_text(HEAD + "".join(f"      - {one}\n" for one in layers))
    findings = Findings()
    check(path, [], findings, options=CheckOptions(shapes=shapes))
    return findings.sorted()


ONE = "{type: Conv2d, out_channels: 3, kernel_size: 1, id: one}"


@pytest.mark.parametrize(
    ("layer", "message", "column", "help_"),
    [
        ("{type: Add, input: [one, oen]}", "there is no layer `oen` above", 34, "did you mean `one`?"),
        ("{type: ReLU, input: on}", "there is no layer `on` above", 29, "did you mean `one`?"),
        ("{type: Add, input: [two, one], id: two}", "Add cannot take its own output", 29, "allowed are: one, input"),
        ("{type: Add, input: one}", "Add joins several layers, and takes one", 21, "name them by their ids: input: [ONE, OTHER]"),
        ("{type: Conv2d, out_channels: 3, kernel_size: 1, input: [one, input]}", "Conv2d takes one input, not 2", 57, "join them first: {type: Concat, input: [one, input]}"),
        ("{type: ReLU, input: [one, input]}", "ReLU takes one input, not 2", 22, "join them first: {type: Concat, input: [one, input]}"),
        ("{type: Shared, of: tow}", "there is no layer `tow` above", 28, "allowed are: one"),
    ],
)  # fmt: skip
def test_what_takes_the_wrong_layers_is_reported(
    tmp_path: Path, layer: str, message: str, column: int, help_: str
) -> None:
    (one,) = found(tmp_path, ONE, layer)
    assert (one.code, one.message, one.help) == ("input", message, help_)
    assert (one.span.line, one.span.column) == (7, column)


def test_a_join_by_its_bare_name_is_reported(tmp_path: Path) -> None:
    (one,) = found(tmp_path, ONE, "Add")
    assert one.message == "Add joins several layers, and takes only the one above"
    assert (one.span.line, one.span.column) == (7, 9)


def test_a_layer_below_is_reported_with_its_place(tmp_path: Path) -> None:
    (one,) = found(tmp_path, "{type: ReLU, input: one}", ONE)
    assert one.message == "the layer `one` is not above this ReLU"
    assert [(at.line, label) for at, label in one.related] == [(7, "`one` is here")]


def test_a_list_inside_does_not_see_the_layers_around_it(tmp_path: Path) -> None:
    (one,) = found(tmp_path, ONE, "{type: Sequential, layers: [{type: Add, input: [input, one]}]}")
    assert one.message == "there is no layer `one` above"
    assert "sees its own layers" in one.notes[0]


def test_a_wrong_shape_inside_points_to_the_very_layer(tmp_path: Path) -> None:
    inner = "{type: Residual, layers: [ReLU, {type: BatchNorm2d, num_features: 4}]}"
    (one,) = found(tmp_path, ONE, f"{{type: Sequential, layers: [{inner}]}}", shapes=True)
    assert one.message == "BatchNorm2d takes num_features 3 here, not 4"
    line = (tmp_path / "p.yaml").read_text().splitlines()[one.span.line - 1]
    assert line[one.span.column - 1 : one.span.end_column - 1] == "num_features: 4"


def test_a_misspelt_initializer_is_reported_with_the_nearest(tmp_path: Path) -> None:
    (one,) = found(tmp_path, "{type: Conv2d, out_channels: 3, kernel_size: 1, initialize: zeroes_}")
    assert one.message == "there is no initializer `zeroes_`"
    assert one.help == "did you mean `zeros_`?"


def test_initialize_by_type_names_a_type_of_the_network(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(f"{HEAD}      - {ONE}\n    initialize: {{Conv3d: zeros_}}\n")
    findings = Findings()
    check(path, [], findings, options=CheckOptions(shapes=False))
    (one,) = findings.errors
    assert (one.message, one.help) == (
        "no layer of build_model is a Conv3d",
        "did you mean `Conv2d`?",
    )
