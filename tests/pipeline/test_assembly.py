"""Stages that wait for the data are typed when it is known, as far as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from cifar_pipe.checks.check import typed
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.pipeline.assembly import PipelineText
from tests.cases.edits import small

FOLDER = "dataset: {type: ImageFolder, root: images}, transforms: [{type: Resize, size: [8, 8]}]"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (small().replace("train: {", "train: $data.channels\n  again: {"), "train takes a mapping of its keys, not 3"),
        (small(layers="{type: $data.channels}"), "type takes the name of a layer, not 3"),
        (small(layers="{type: $data.channels, id: a}, {type: Linear, out_features: $data.num_classes}", data=FOLDER), None),
        (small(layers="{type: $data.image_shape}, {type: Linear, out_features: $data.num_classes}").replace("dataset: {type: Shapes, train: 40, test: 20}", "dataset: {type: Shapes, train: 40, test: 20, image_shape: [3, 8, 8]}"), "type takes the name of a layer, not a list of 3"),
    ],
)  # fmt: skip
def test_a_value_of_the_data_is_checked_once_it_is_known(
    text: str, message: str | None, tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text(text.replace("again: {", "again: {type: train, "))
    findings = Findings()
    pipeline = typed(tmp_path / "mine.yaml", [], findings)
    assert pipeline is not None
    found = [one.message for one in findings.errors]
    assert found == ([message] if message else [])
    assert pipeline.waits is (message is None)
    assert bool(findings.not_known) is (message is None)


def test_a_text_that_is_in_no_file_is_named_and_extends_from_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(small())
    findings = Findings()
    text = PipelineText("extends: mine.yaml\nstages:\n  train: {epoch: 1}\n")
    pipeline = typed(text, [], findings)
    assert pipeline is not None
    assert (pipeline.name, str(pipeline.path)) == ("pipeline", "<pipeline>")
    places = {(one.path, one.line, one.code) for one in findings.errors}
    assert ("<pipeline>", 3, "unknown-key") in places
