"""A finding is moved to what makes something right wrong: an override, or a line laid over another file."""

from __future__ import annotations

from pathlib import Path

import pytest

from cifar_pipe.checks import causes
from cifar_pipe.checks import check as checks
from cifar_pipe.checks.check import check
from cifar_pipe.diagnostics.findings import Finding, Findings
from tests.cases.case import BASE

FC3 = "out_features: 10, id: fc3"
OVER = "extends: base.yaml\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("base.yaml").write_text(BASE)
    return tmp_path


def found(text: str, *overrides: str) -> list[Finding]:
    Path("mine.yaml").write_text(text)
    findings = Findings()
    check(Path("mine.yaml"), overrides, findings)
    return findings.all_sorted()


def place(finding: Finding) -> tuple[str, str]:
    return finding.span.source.name, finding.span.text


def only(findings: list[Finding]) -> Finding:
    (one,) = findings
    return one


@pytest.mark.parametrize(
    ("override", "words", "other"),
    [
        ("load_data.dataset.num_classes=5", "num_classes=5", "out_features: 10"),
        ("load_data.dataset.image_shape=[3, 8, 8]", "image_shape=[3, 8, 8]", "kernel_size: 5"),
        ("load_data.transforms=[Grayscale, ToTensor]", "transforms=[Grayscale, ToTensor]",
         "in_channels: 3"),
        ("load_data.validation_split=null", "validation_split=null", "monitor: val_loss"),
        ("train.epochs=1", "epochs=1", "milestones: [2]"),
        ("train=null", "train=null", "model: train"),
        ("build_model.layers.conv2.id=other", "id=other", "conv2"),
    ],
)  # fmt: skip
def test_an_override_that_makes_a_right_file_wrong(override: str, words: str, other: str) -> None:
    text = BASE.replace("kernel_size: 5, id: conv1", "in_channels: 3, kernel_size: 5, id: conv1")
    text = text.replace("    batch_size: 4", "    batch_size: 4\n    validation_split: 0.5")
    text = text.replace("Flatten\n", "{type: Add, input: [conv2, conv2]}\n      - Flatten\n")
    text = text.replace(
        "- {type: MaxPool2d, kernel_size: 2, stride: 2}\n      - {type: Add", "- {type: Add"
    )
    text = text.replace(
        "    epochs: 1\n",
        "    epochs: 3\n    monitor: val_loss\n"
        "    scheduler: {type: MultiStepLR, milestones: [2]}\n",
    )
    text = text.replace("  predict: {", "  predict: {from: {model: train}, ")
    assert found(text) == []
    first, *_ = found(text, override)
    assert place(first) == (f"-S {override}", words)
    at, label = first.related[0]
    assert (at.source.name, at.text, label) == ("mine.yaml", other, causes.RIGHT_WITHOUT)
    assert (first.help or "").startswith(f"leave -S {override} out")


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ("stages: {load_data: {dataset: {num_classes: 4}}}", "num_classes: 4"),
        ("stages: {load_data: {dataset: {type: Shapes, train: 40, test: 20, num_classes: 4}}}",
         "num_classes: 4"),
        ("stages: {load_data: {transforms: [{type: Resize, size: [8, 8]}, ToTensor]}}",
         "{type: Resize, size: [8, 8]}"),
        ("stages: {build_model: null}", "build_model: null"),
    ],
)  # fmt: skip
def test_the_smallest_entry_of_a_file_over_another(over: str, words: str) -> None:
    first = only(found(f"{OVER}{over}\n"))
    assert place(first) == ("mine.yaml", words)
    assert first.related[0][0].source.name == "base.yaml"
    # How base.yaml got into the pipeline is no part of it any more.
    assert len(first.related) == 1


def test_a_mistake_may_hide_that_of_a_later_override() -> None:
    text = BASE.replace("kernel_size: 5, id: conv1", "in_channels: 3, kernel_size: 5, id: conv1")
    grey, classes = "load_data.transforms=[Grayscale, ToTensor]", "load_data.dataset.num_classes=4"
    assert place(only(found(text, grey, classes)))[0] == f"-S {grey}"
    assert place(only(found(text, classes, grey)))[0] == f"-S {grey}"


def test_a_base_that_is_laid_over_another() -> None:
    Path("other.yaml").write_text("stages: {load_data: {dataset: {num_classes: 4}}}\n")
    first = only(found("extends: [base.yaml, other.yaml]\n"))
    assert place(first) == ("other.yaml", "num_classes: 4")


def test_both_ways_out_are_told() -> None:
    help_ = only(found(f"{OVER}stages: {{load_data: {{dataset: {{num_classes: 4}}}}}}\n")).help
    line = BASE[: BASE.index(FC3)].count("\n") + 1
    assert help_ == f"leave `num_classes: 4` out; or for base.yaml:{line}: write out_features: 4"


def test_what_was_wrong_before_stays_where_it_is() -> None:
    wrong = BASE.replace(FC3, "out_features: 12, id: fc3")
    Path("base.yaml").write_text(wrong)
    over = f"{OVER}stages: {{train: {{epochs: 2}}, load_data: {{dataset: {{num_classes: 5}}}}}}\n"
    for text, override in ((over, "seed=3"), (wrong, "train.epochs=2")):
        first = only(found(text, override))
        assert first.span.text == "out_features: 12"
        assert not (first.help or "").startswith("leave")


def test_two_findings_that_have_become_one_are_one() -> None:
    text = BASE.replace("Flatten\n", "{type: Add, input: [conv1, conv1]}\n      - Flatten\n")
    assert len(found(text, "build_model.layers.conv1.id=other")) == 1


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """An item for each time that a pipeline is checked."""
    times: list[None] = []
    once = checks.PipelineCheck.check_torch

    def counted(self: checks.PipelineCheck) -> None:
        times.append(None)
        once(self)

    monkeypatch.setattr(checks.PipelineCheck, "check_torch", counted)
    return times


def test_a_file_by_itself_is_checked_once(times: list[None]) -> None:
    found(BASE.replace(FC3, "out_features: 12, id: fc3"))
    assert len(times) == 1


def test_a_large_file_is_not_taken_apart_without_end(
    times: list[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(causes, "MOST_CHECKS", 3)
    Path("base.yaml").write_text(BASE.replace(FC3, "out_features: 12, id: fc3"))
    many = "".join(f"  v{number}: {{type: evaluate}}\n" for number in range(9))
    assert only(found(f"{OVER}stages:\n{many}")).span.source.name == "base.yaml"
    # The check itself, the same without the data on disk, and three.
    assert len(times) == 5


def test_a_large_pipeline_is_checked_once(
    times: list[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(causes, "MOST_VALUES", 9)
    assert only(found(BASE, "load_data.dataset.num_classes=5")).span.source.name == "mine.yaml"
    assert len(times) == 1
