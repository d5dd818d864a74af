from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.pipeline.document import Document
from cifar_pipe.pipeline.pipeline import Pipeline
from cifar_pipe.pipeline.stages import typed_stages


@pytest.fixture
def pipeline(root_of: Callable[[str], Any], findings: Findings) -> Pipeline:
    root = root_of("stages:\n  load_data: {dataset: Shapes, batch_size: 4}\n")
    stages = tuple(one.stage for one in typed_stages(root, findings) if one.stage)
    return Pipeline(Path("a/lenet.yaml"), "", root, Document(version=1), stages)


def test_a_pipeline_without_a_name_is_called_as_its_file(pipeline: Pipeline) -> None:
    assert pipeline.name == "lenet"


def test_stages_are_found_by_their_id(pipeline: Pipeline) -> None:
    assert pipeline.find("load_data") is pipeline.stage("load_data")
    assert pipeline.find("train") is None
    assert pipeline.find(None) is None


def test_a_stage_locates_its_settings_or_shows_its_id(pipeline: Pipeline) -> None:
    stage = pipeline.stage("load_data")
    assert stage.locate("batch_size").column == stage.node.items["batch_size"].key_span.column
    assert stage.locate("seed") == stage.id_span
