from __future__ import annotations

from pathlib import Path

import pytest

from cifar_pipe.catalog.core import layer_lists
from cifar_pipe.checks.check import check
from cifar_pipe.checks.context import CheckOptions
from cifar_pipe.diagnostics.findings import Findings

RUN = CheckOptions(read_weights=True)


def found(folder: Path, layer: str, options: CheckOptions | None = None) -> Findings:
    text = f"build_model: {{layers: [{{type: timm, {layer}}}]}}\n"
    path = folder / "mine.yaml"
    data = "load_data: {dataset: {type: Shapes, num_classes: 3}, transforms: [ToTensor]}"
    path.write_text(f"version: 1\nstages:\n  {data}\n  {text}")
    findings = Findings()
    check(path, [], findings, options=options)
    return findings


@pytest.fixture
def without_timm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layer_lists, "find_spec", lambda _: None)


@pytest.mark.usefixtures("without_timm")
def test_without_timm_its_networks_are_not_known(tmp_path: Path) -> None:
    findings = found(tmp_path, "name: no_matter")
    assert not findings.errors
    (one,) = findings.not_known
    assert one.check == "the layers of build_model"
    assert one.needs == "timm, which is not installed: pip install 'cifar-pipe[timm]'"


@pytest.mark.usefixtures("without_timm")
def test_without_timm_none_runs(tmp_path: Path) -> None:
    (one,) = found(tmp_path, "name: resnet18", RUN).errors
    assert one.message == "resnet18 is a network of timm, which is not installed"
    assert one.help == "pip install 'cifar-pipe[timm]'"


@pytest.mark.parametrize(
    ("layer", "message", "help_"),
    [
        ("name: resnet10x", "timm has no network `resnet10x`", "did you mean `resnet10t`?"),
        (
            "name: resnet50.a1_in2k",
            "timm has no weights `a1_in2k` of resnet50",
            "did you mean `resnet50.a1_in1k`?",
        ),
        (
            "name: botnet50ts_256, weights: DEFAULT",
            "timm has no pretrained weights of botnet50ts_256",
            "leave weights out",
        ),
        (
            "name: vgg11, drop_path_rate: 0.1",
            "timm's vgg11 takes no drop_path_rate",
            "leave it out",
        ),
        (
            "name: vit_tiny_patch16_224",
            "vit_tiny_patch16_224 does not fit [N, 3, 32, 32]: input height (32) doesn't match model (224)",
            "give img_size: [32, 32], or put {type: Resize, size: [224, 224]} into the transforms",
        ),
    ],
)
def test_what_timm_does_not_have_or_take_is_told(
    layer: str, message: str, help_: str, tmp_path: Path
) -> None:
    pytest.importorskip("timm")
    (one,) = found(tmp_path, layer).errors
    assert (one.message, one.help) == (message, help_)


def test_a_right_name_is_right(tmp_path: Path) -> None:
    pytest.importorskip("timm")
    assert not found(tmp_path, "name: resnet10t.c3_in1k, num_classes: 3").errors
