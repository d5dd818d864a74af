from __future__ import annotations

import json
from pathlib import Path

import pytest

from cifar_pipe.report.run_folder import RunFolder
from cifar_pipe.report.sections.model import LayerLine, Weights, model_parts


def test_layers_have_their_share_of_all_parameters(run_dir: Path) -> None:
    [part] = model_parts(RunFolder(run_dir))
    assert part.layers[0] == LayerLine("conv1", "Conv2d", "6 × 28 × 28", 456, 352800, 456 / 62006)
    assert (part.parameters, part.trainable) == (62006, 62006)
    assert part.multiply_adds == 651720
    assert part.text.startswith("Network(")


@pytest.mark.parametrize(("trainable", "counted"), [(False, 0), (True, 9), (None, 9), (4, 4)])
def test_trainable_is_a_count_or_a_boolean(tmp_path: Path, trainable: object, counted: int) -> None:
    folder = tmp_path / "stages" / "build_model"
    folder.mkdir(parents=True)
    row = {"name": "fc", "parameters": 9, "trainable": trainable}
    (folder / "layers.json").write_text(json.dumps([row]))
    [part] = model_parts(RunFolder(tmp_path))
    assert part.trainable == counted


def test_weights_are_those_of_the_stage_or_of_run_json(tmp_path: Path) -> None:
    rows = [{"network": "resnet18", "weights": "DEFAULT", "stand_in": True}]
    run = {"stages": {"build_model": {}}, "weights": {"build_model": rows}}
    (tmp_path / "run.json").write_text(json.dumps(run))
    [part] = model_parts(RunFolder(tmp_path))
    assert part.weights == [Weights("resnet18", "DEFAULT", stand_in=True)]
    assert part.layers == []
