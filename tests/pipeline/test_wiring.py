from __future__ import annotations

from cifar_pipe.compose.provenance import Removals
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.pipeline.stages import typed_stages
from cifar_pipe.pipeline.wiring import wire
from cifar_pipe.syntax.reader import read

LAYERS = "{layers: [Flatten, {type: Linear, out_features: 10}]}"
TRAIN = "{epochs: 1, loss: CrossEntropyLoss, optimizer: {type: SGD, lr: 0.1}}"


def wired(text: str) -> tuple[dict[str, Stage], Findings]:
    findings = Findings()
    root = read(f"version: 1\nstages:\n{text}", "p.yaml", findings)
    assert root is not None
    return {
        stage.id: stage for stage in wire(typed_stages(root, findings), findings, Removals())
    }, findings


def test_a_stage_takes_the_nearest_source_above() -> None:
    stages, findings = wired(
        "  load_data: {dataset: Shapes}\n"
        f"  build_model: {LAYERS}\n"
        f"  train: {TRAIN}\n"
        "  evaluate: {}\n"
    )
    assert not findings
    assert stages["train"].inputs == {"data": "load_data", "model": "build_model"}
    assert stages["evaluate"].inputs == {"data": "load_data", "model": "train", "history": "train"}


def test_from_names_another_source() -> None:
    stages, findings = wired(
        "  load_data: {dataset: Shapes}\n"
        f"  build_model: {LAYERS}\n"
        f"  train: {TRAIN}\n"
        "  before: {type: evaluate, from: {model: build_model}}\n"
    )
    assert not findings
    assert stages["before"].inputs["model"] == "build_model"


def test_a_need_that_only_a_stage_below_gives_names_that_stage() -> None:
    _, findings = wired("  show_images: {}\n  load_data: {dataset: Shapes}\n")
    (found,) = findings.errors
    assert (found.code, found.span.line, found.span.column) == ("needs", 3, 3)
    assert found.help == "move load_data above show_images"
    assert found.related[0][0].line == 4


def test_all_that_a_stage_lacks_is_one_finding() -> None:
    _, findings = wired("  evaluate: {}\n  load_data: {dataset: Shapes}\n")
    (found,) = findings.errors
    assert found.message == "evaluate needs data and a model, and no stage above it gives them"
    assert found.help == "put build_model, train or load above evaluate"


def test_what_a_broken_stage_would_give_is_not_reported_as_missing() -> None:
    _, findings = wired("  load_data: {datset: Shapes}\n  show_images: {}\n")
    assert {found.code for found in findings.errors} == {"unknown-key"}


def test_load_needs_a_saved_file_above_unless_it_names_one() -> None:
    head = f"  load_data: {{dataset: Shapes}}\n  build_model: {LAYERS}\n"
    _, findings = wired(head + "  load: {}\n")
    assert [found.code for found in findings.errors] == ["needs"]
    stages, findings = wired(head + "  load: {file: cifar_net.pth}\n")
    assert not findings
    assert "files" not in stages["load"].inputs


def test_a_from_that_is_not_taken_is_reported() -> None:
    _, findings = wired(
        "  load_data: {dataset: Shapes}\n  show_images: {from: {model: load_data}}\n"
    )
    assert [found.message for found in findings.errors] == ["show_images takes no model"]
