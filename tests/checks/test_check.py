"""The steps of the checks: what each reports, and that none of them is taken twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cifar_pipe.catalog.images.data_facts import DataFacts, Images
from cifar_pipe.checks.check import PipelineCheck, check
from cifar_pipe.checks.context import CheckOptions
from cifar_pipe.checks.data_flow import FactsOf, declared
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.render import to_text
from cifar_pipe.pipeline.assembly import assemble
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.stages.load_data.spec import LoadData
from tests.cases.edits import small
from tests.conftest import ROOT

NO_SHAPES = CheckOptions(shapes=False)
FOLDER = "dataset: {type: ImageFolder, root: images}, transforms: [ToTensor]"
LAYERS = "Flatten, {type: Linear, out_features: $data.num_classes}"
FACTS = DataFacts(Images(3, 32, 32), ("cat", "dog"), 2, 24, 12, declared=False)


def facts(stage: Stage, spec: LoadData) -> DataFacts:
    return FACTS


def codes(findings: Findings) -> list[str]:
    return [one.code for one in findings.all_sorted()]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (small("early: {type: predict, after: build_model}"), "untrained"),
        (small(layers="Flatten, {type: Dropout, p: 1}, {type: Linear, out_features: 10}"), "no-effect"),
        (small().replace("lr: 0.1", "lr: 0"), "no-effect"),
        (small(train=", log_every: 500"), "no-effect"),
        (small("evaluate: {metrics: [accuracy, accuracy]}"), "no-effect"),
        (small("evaluate: {metrics: [{type: top_k_accuracy, k: 10}]}"), "no-effect"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("options", [NO_SHAPES, CheckOptions()])
def test_warnings_that_need_no_torch_are_reported_without_shapes_too(
    text: str, code: str, options: CheckOptions, tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text(text)
    findings = Findings()
    check(tmp_path / "mine.yaml", [], findings, options=options)
    assert codes(findings) == [code]


def test_shapes_that_depend_on_an_error_wait(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(small(layers="Flatten, {type: ReLU, input: nowhere}"))
    findings = Findings()
    checked = check(tmp_path / "mine.yaml", [], findings)
    assert checked is not None
    assert (checked.passed, checked.shapes_wait, codes(findings)) == (False, True, ["input"])


def steps(path: Path, findings: Findings, facts_of: FactsOf = declared) -> PipelineCheck:
    assembly = assemble(path, [], findings)
    assert assembly is not None
    return PipelineCheck(assembly, findings, facts_of, CheckOptions())


def test_more_facts_of_the_data_replace_what_fewer_have_shown(tmp_path: Path) -> None:
    """What is not known first is known then, what was found is there once, and more is found."""
    train = ", log_every: 500, monitor: val_loss"
    text = small(data=f"validation_split: 0.5, {FOLDER}", layers=LAYERS, train=train)
    (tmp_path / "mine.yaml").write_text(f"{text}vars: {{unused: 1}}\n")
    findings = Findings()
    checks = steps(tmp_path / "mine.yaml", findings)
    assert codes(findings) == ["unused"]
    assert [one.check for one in findings.not_known] == ["what $data.num_classes is"]
    assert checks.pipeline.find("build_model") is None
    checks.check_static(facts)
    checks.check_torch()
    assert codes(findings) == ["no-effect", "unused"]
    assert not findings.not_known
    (network,) = {one.stage.id: one for one in checks.networks.values()}.values()
    assert network.output_shape == (2,)
    assert checks.passed


def test_facts_that_say_the_same_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(small(train=", log_every: 500"))
    findings = Findings()
    checks = steps(tmp_path / "mine.yaml", findings)
    context = checks.context
    checks.check_static(declared)
    assert checks.context is context
    assert codes(findings) == ["no-effect"]


def test_facts_that_end_an_error_are_seen(tmp_path: Path) -> None:
    data = f"classes: [cat, dog, cow], {FOLDER}"
    (tmp_path / "mine.yaml").write_text(small(data=data))
    findings = Findings()
    few = replace(FACTS, classes=None)
    checks = steps(tmp_path / "mine.yaml", findings, lambda stage, spec: few)
    assert codes(findings) == ["classes"]
    checks.check_static(lambda stage, spec: replace(FACTS, classes=None, num_classes=3))
    assert codes(findings) == []


SHIPPED = [
    *(ROOT / "pipelines").rglob("*.yaml"),
    *(ROOT / "examples").glob("*.yaml"),
    *(ROOT / "cifar_pipe" / "templates").glob("*.yaml"),
]


@pytest.mark.parametrize(
    "path", sorted(SHIPPED), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_what_is_shipped_has_no_warning(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    findings = Findings()
    check(path, [], findings)
    assert to_text(findings.all_sorted()) == ""
