"""Which networks a loss takes, seen through what only passes values on."""

from __future__ import annotations

from pathlib import Path

import pytest

from cifar_pipe.checks.check import check
from cifar_pipe.diagnostics.findings import Findings
from tests.cases.edits import small

HEAD = "Flatten, {type: Linear, out_features: 10}"
BINARY = "{type: BCELoss, target: one-hot}"
COUNTS = "{type: PoissonNLLLoss, log_input: false, target: one-hot}"
LOG = "{type: LogSoftmax, dim: 1}"
TWO = (
    "{type: Flatten, id: f}, {type: Linear, out_features: 4}, {type: Sigmoid, id: a}, "
    "{type: Linear, input: f, out_features: 6}, {type: Sigmoid, id: b}"
)


def codes(text: str, folder: Path) -> list[str]:
    path = folder / "mine.yaml"
    path.write_text(text)
    findings = Findings()
    check(path, [], findings)
    return [one.code for one in findings.all_sorted()]


@pytest.mark.parametrize(
    ("loss", "layers"),
    [
        ("NLLLoss", f"{HEAD}, {LOG}, Identity"),
        ("NLLLoss", f"{HEAD}, {LOG}, Flatten"),
        ("NLLLoss", f"{HEAD}, {{type: LogSoftmax, dim: 1, id: a}}, {{type: Shared, of: a}}"),
        ("NLLLoss", f"{HEAD}, {{type: Sequential, layers: [{LOG}, Identity]}}, Dropout"),
        (BINARY, f"{HEAD}, {{type: Softmin, dim: 1}}"),
        (BINARY, f"{HEAD}, {{type: Hardtanh, min_val: 0, max_val: 1}}"),
        (BINARY, f"{TWO}, {{type: Concat, input: [a, b]}}"),
        (BINARY, f"{HEAD}, Sigmoid, {{type: LeakyReLU, negative_slope: 0.2}}"),
        (COUNTS, f"{HEAD}, Softplus"),
        (COUNTS, f"{HEAD}, ReLU, Dropout"),
    ],
)
def test_what_a_loss_takes(loss: str, layers: str, tmp_path: Path) -> None:
    assert codes(small(layers=layers, loss=f"loss: {loss}"), tmp_path) == []


@pytest.mark.parametrize(
    ("loss", "layers"),
    [
        ("NLLLoss", f"{HEAD}, {{type: Softmin, dim: 1}}"),
        ("NLLLoss", f"{HEAD}, {LOG}, {{type: Linear, out_features: 10}}"),
        (BINARY, f"{HEAD}, Hardtanh"),
        (BINARY, f"{HEAD}, {{type: Sigmoid, id: a}}, {{type: Add, input: [a, a]}}"),
        (BINARY, f"{HEAD}, {{type: Residual, layers: [Sigmoid]}}"),
    ],
)
def test_what_it_does_not_take(loss: str, layers: str, tmp_path: Path) -> None:
    assert codes(small(layers=layers, loss=f"loss: {loss}"), tmp_path) == ["loss"]


@pytest.mark.parametrize("ending", ["Identity", "Flatten", "Dropout"])
def test_a_softmax_is_seen_through_what_passes_it_on(ending: str, tmp_path: Path) -> None:
    layers = f"{HEAD}, {{type: Softmax, dim: 1}}, {ending}"
    assert codes(small(layers=layers), tmp_path) == ["last-layer"]


def test_a_last_batch_that_no_step_reaches_does_not_matter(tmp_path: Path) -> None:
    layers = "Flatten, BatchNorm1d, {type: Linear, out_features: 10}"
    text = small(layers=layers).replace("batch_size: 4", "batch_size: 3")
    assert codes(text, tmp_path) == ["shape"]
    assert codes(text.replace("epochs: 1", "steps: 5"), tmp_path) == []


@pytest.mark.parametrize("stage", ["train", "save", "build_model"])
def test_a_stage_with_mistakes_hides_none_of_the_others(stage: str, tmp_path: Path) -> None:
    text = small("save: {path: net.pth}", "load: {}", "evaluate: {}", "predict: {}")
    found = codes(text.replace(f"  {stage}: {{", f"  {stage}: {{nothing: 1, "), tmp_path)
    assert found == ["unknown-key"]
