from __future__ import annotations

import json
import shutil
from pathlib import Path

from cifar_pipe.report.run_folder import RunFolder
from cifar_pipe.report.sections.evaluation import Confusion, evaluation_parts, side_by_side, verdict

COUNTS = ",cat,dog\ncat,6,4\ndog,1,9\n"
METRICS = {
    "split": "val",
    "images": 20,
    "loss": 1.25,
    "accuracy": 0.75,
    "per_class_accuracy": {"cat": 0.6, "dog": 0.9},
}


def evaluated(folder: Path, stage: str = "evaluate", **metrics: object) -> Path:
    stage_folder = folder / "stages" / stage
    stage_folder.mkdir(parents=True)
    (stage_folder / "metrics.json").write_text(json.dumps({**METRICS, **metrics}))
    (stage_folder / "confusion_matrix.csv").write_text(COUNTS)
    return folder


def test_metrics_become_facts_and_charts(tmp_path: Path) -> None:
    [part] = evaluation_parts(RunFolder(evaluated(tmp_path)))
    facts = {label: text.replace("\u00a0", " ") for label, text in part.facts}
    assert facts == {
        "accuracy": "75.0 % of 20 images",
        "loss": "1.25",
        "best class": "dog, 90.0 %",
        "worst class": "cat, 60.0 %",
    }
    assert (part.split, part.images, part.accuracy, part.loss) == ("val", 20, 0.75, 1.25)
    assert list(part.charts) == ["per_class_accuracy", "confusion_matrix"]
    assert part.classes == ("cat", "dog")


def test_the_most_frequent_mistakes_come_first(tmp_path: Path) -> None:
    [part] = evaluation_parts(RunFolder(evaluated(tmp_path)))
    assert part.confusions == [
        Confusion("cat", "dog", 4, 0.4),
        Confusion("dog", "cat", 1, 0.1),
    ]


def test_the_verdict_is_the_last_evaluation_of_the_test_split(tmp_path: Path) -> None:
    evaluated(tmp_path, "a_test", split="test")
    evaluated(tmp_path, "b_val")
    evaluated(tmp_path, "c_none", split="test", accuracy=None)
    parts = evaluation_parts(RunFolder(tmp_path))
    found = verdict(parts)
    assert found is not None
    assert found.id == "a_test"
    assert verdict([part for part in parts if part.split == "val"]) == parts[1]
    assert verdict([]) is None


def test_without_files_the_metrics_are_those_of_run_json(tmp_path: Path) -> None:
    evaluated(tmp_path)
    shutil.rmtree(tmp_path / "stages")
    run = {"stages": {"evaluate": {}}, "metrics": {"evaluate": METRICS}}
    (tmp_path / "run.json").write_text(json.dumps(run))
    [part] = evaluation_parts(RunFolder(tmp_path))
    assert part.accuracy == 0.75
    assert part.confusions == []


def test_the_interval_of_the_accuracy_is_a_fact_and_an_agreement_is_not_a_share(
    tmp_path: Path,
) -> None:
    more = {"accuracy_interval": [0.5313, 0.8881], "cohen_kappa": 0.5, "weighted_f1": 0.75}
    [part] = evaluation_parts(RunFolder(evaluated(tmp_path, **more)))
    facts = {label: text.replace("\u00a0", " ") for label, text in part.facts}
    assert facts["95 % interval"] == "53.1 % to 88.8 %"
    assert (facts["cohen kappa"], facts["weighted f1"]) == ("0.5", "75.0 %")


def plain(table: list[list[str]]) -> list[list[str]]:
    return [[cell.replace("\u00a0", " ") for cell in row] for row in table]


def test_each_number_has_its_interval_and_its_unit(tmp_path: Path) -> None:
    more = {
        "top_2_accuracy": 0.9,
        "top_2_accuracy_interval": [0.7, 0.97],
        "weighted_auroc": 0.5,
        "calibration_error_norm_max": 0.25,
        "cohen_kappa": None,
    }
    [part] = evaluation_parts(RunFolder(evaluated(tmp_path, **more)))
    shown = {name: text.replace("\u00a0", " ") for name, text in part.measures.items()}
    assert shown == {
        "images": "20",
        "loss": "1.25",
        "accuracy": "75.0 %",
        "top 2 accuracy": "90.0 % (70.0 % to 97.0 %)",
        "weighted auroc": "0.5",
        "calibration error norm max": "0.25",
        "cohen kappa": "not known",
    }


def test_what_is_measured_for_each_class_stands_beside_what_the_counts_tell(tmp_path: Path) -> None:
    more = {
        "per_class_accuracy_interval": {"cat": [0.31, 0.83], "dog": None},
        "per_class_auroc": {"cat": 0.75, "dog": None},
    }
    [part] = evaluation_parts(RunFolder(evaluated(tmp_path, **more)))
    assert part.by_class is not None
    heads = [column.head for column in part.by_class.columns]
    assert heads == [
        "images", "recall", "95 % interval", "precision", "F1", "usually taken for", "auroc",
    ]  # fmt: skip
    assert [cell.text for cell in part.by_class.columns[-1].cells] == ["0.75", "not known"]


def test_without_counts_the_classes_have_what_was_measured(tmp_path: Path) -> None:
    evaluated(tmp_path, per_class_accuracy_interval={"cat": [0.31, 0.83], "dog": None})
    (tmp_path / "stages/evaluate/confusion_matrix.csv").unlink()
    [part] = evaluation_parts(RunFolder(tmp_path))
    assert part.by_class is not None
    rows = {name: plain([[cell.text for cell in cells]])[0] for name, cells in part.by_class.rows}
    assert rows == {"cat": ["60.0 %", "31.0 % to 83.0 %"], "dog": ["90.0 %", "–"]}


def test_several_evaluations_are_side_by_side(tmp_path: Path) -> None:
    evaluated(tmp_path, "plain", split="test")
    assert side_by_side(evaluation_parts(RunFolder(tmp_path))) == []
    evaluated(tmp_path, "views", split="test", accuracy=0.8, views=2)
    assert plain(side_by_side(evaluation_parts(RunFolder(tmp_path)))) == [
        ["", "plain", "views"],
        ["split", "test", "test"],
        ["images", "20", "20"],
        ["loss", "1.25", "1.25"],
        ["accuracy", "75.0 %", "80.0 %"],
        ["views", "–", "2"],
    ]
