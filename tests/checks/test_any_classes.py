"""Where the number of classes is not known, what is wrong with any number of them is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from cifar_pipe.checks.check import check
from cifar_pipe.checks.context import CheckOptions
from cifar_pipe.diagnostics.findings import Findings
from tests.cases.edits import small

SIZED = "{type: Resize, size: [16, 16]}, ToTensor"
HEAD = "{type: Linear, out_features: $data.num_classes}"


def found(tmp_path: Path, layers: str, *, transforms: str = SIZED, shapes: bool = True) -> Findings:
    data = f"dataset: {{type: ImageFolder, root: images}}, transforms: [{transforms}]"
    (tmp_path / "mine.yaml").write_text(small(data=data, layers=layers))
    findings = Findings()
    check(tmp_path / "mine.yaml", [], findings, options=CheckOptions(shapes=shapes))
    return findings


def test_a_network_that_fits_any_number_has_no_findings(tmp_path: Path) -> None:
    findings = found(tmp_path, f"Flatten, {HEAD}")
    assert not findings.all_sorted()
    assert [one.check for one in findings.not_known] == ["what $data.num_classes is"]


def test_a_shape_that_fits_no_number_is_found_at_its_words(tmp_path: Path) -> None:
    findings = found(
        tmp_path, f"{{type: Conv2d, out_channels: 4, kernel_size: 17}}, Flatten, {HEAD}"
    )
    (one,) = findings.errors
    assert (one.code, one.span.text) == ("shape", "kernel_size: 17")


def test_a_head_that_cannot_take_its_input_is_found(tmp_path: Path) -> None:
    findings = found(tmp_path, HEAD)
    assert [one.help for one in findings.errors] == ["put Flatten above it"]


def test_a_warning_is_given_too(tmp_path: Path) -> None:
    findings = found(tmp_path, f"Flatten, {HEAD}, {{type: Softmax, dim: 1}}")
    assert [one.code for one in findings.warnings] == ["last-layer"]


@pytest.mark.parametrize(
    "layers",
    [
        f"Flatten, {HEAD}, {{type: Linear, in_features: 2, out_features: $data.num_classes}}",
        f"Flatten, {HEAD}, {{type: GroupNorm, num_groups: 11}}",
        f"Flatten, {HEAD}, {{type: Linear, out_features: 10}}",
    ],
)
def test_what_some_number_would_mend_is_not_reported(tmp_path: Path, layers: str) -> None:
    assert not found(tmp_path, layers).errors


def test_what_else_is_not_known_is_told(tmp_path: Path) -> None:
    findings = found(tmp_path, f"Flatten, {HEAD}", transforms="ToTensor")
    assert [one.check for one in findings.not_known] == [
        "what $data.num_classes is",
        "the layers of build_model",
    ]


def test_without_shapes_it_is_not_looked_for(tmp_path: Path) -> None:
    assert not found(tmp_path, HEAD, shapes=False).errors
