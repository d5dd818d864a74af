from __future__ import annotations

from pathlib import Path

import pytest

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.pipeline.assembly import assemble
from cifar_pipe.pipeline.read_paths import with_absolute_paths
from tests.cases.case import BASE


def test_what_is_read_is_absolute_and_all_else_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/me")
    Path("mine.yaml").write_text(BASE)
    overrides = (
        "load_data.dataset={type: ImageFolder, root: pictures/../images}",
        "build_model.layers.0={type: resnet18, weights_file: ~/r.pth}",
        "stages.load={file: ./net.pth, after: train}",
    )
    assembly = assemble(Path("mine.yaml"), overrides, Findings())
    assert assembly is not None
    plain = with_absolute_paths(assembly.pipeline({}))
    stages = plain["stages"]
    assert stages["load_data"]["dataset"]["root"] == f"{tmp_path}/images"
    assert stages["build_model"]["layers"][0]["weights_file"] == "/home/me/r.pth"
    assert stages["load"]["file"] == f"{tmp_path}/net.pth"
    assert stages["save"] == {"path": "cifar_net.pth"}
    assert stages["train"]["optimizer"] == {"type": "SGD", "lr": 0.001, "momentum": 0.9}
    assert plain["seed"] == 0
