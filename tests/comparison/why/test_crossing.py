"""Pipelines between two."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cifar_pipe.comparison.runs import ComparedRun
from cifar_pipe.comparison.why.crossing import crossing, mixed
from cifar_pipe.errors import UsageError
from tests.cases.case import BASE

BEFORE = {
    "seed": 0,
    "stages": {
        "load_data": {"batch_size": 4, "transforms": ["ToTensor", "RandomHorizontalFlip"]},
        "train": {"optimizer": "SGD", "epochs": 1},
        "evaluate": {},
    },
}
AFTER = {
    "runtime": {"precision": "bfloat16"},
    "stages": {
        "load_data": {
            "batch_size": 8,
            "transforms": ["ToTensor", {"type": "RandomHorizontalFlip", "p": 0.1}],
        },
        "train": {"optimizer": {"type": "SGD", "lr": 0.1}},
        "tune": {"type": "train"},
        "evaluate": None,
    },
}


@pytest.mark.parametrize(
    ("path", "at", "value"),
    [
        (("stages", "load_data", "batch_size"), ("load_data", "batch_size"), 8),
        (
            ("stages", "train", "optimizer", "lr"),
            ("train", "optimizer"),
            {"type": "SGD", "lr": 0.1},
        ),
        (
            ("stages", "load_data", "transforms", 1, "p"),
            ("load_data", "transforms"),
            ["ToTensor", {"type": "RandomHorizontalFlip", "p": 0.1}],
        ),
    ],
)
def test_a_setting_is_taken_over(path: tuple[Any, ...], at: tuple[str, str], value: Any) -> None:
    found = mixed(BEFORE, AFTER, [path])
    assert found["stages"][at[0]][at[1]] == value
    assert BEFORE["stages"]["train"]["optimizer"] == "SGD"  # type: ignore[index]


def test_what_the_other_does_not_write_is_removed() -> None:
    found = mixed(BEFORE, AFTER, [("stages", "train", "epochs"), ("runtime", "precision")])
    assert found["stages"]["train"] == {"optimizer": "SGD"}
    assert found["runtime"] == {"precision": "bfloat16"}


def test_a_stage_comes_where_it_is_in_the_other() -> None:
    found = mixed(BEFORE, AFTER, [("stages", "tune")])
    assert [*found["stages"]] == ["load_data", "train", "tune", "evaluate"]
    back = mixed(AFTER, BEFORE, [("stages", "tune")])
    assert "tune" not in back["stages"]


def runs(tmp_path: Path, *edits: tuple[str, str]) -> tuple[ComparedRun, ComparedRun]:
    after = BASE
    for old, new in edits:
        assert old in after
        after = after.replace(old, new, 1)
    for name, text in (("a", BASE), ("b", after)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "resolved.yaml").write_text(text)
    return ComparedRun.of(tmp_path / "a"), ComparedRun.of(tmp_path / "b")


def test_all_variants_are_made_of_what_the_evaluation_depends_on(tmp_path: Path) -> None:
    pair = runs(
        tmp_path, ("lr: 0.001", "lr: 0.1"), ("batch_size: 4", "batch_size: 8"), ("log_every: 5", "")
    )
    found = crossing(*pair, "evaluate", full=False, by_stage=False)
    assert [one.name for one in found.factors] == ["load_data.batch_size", "train.optimizer.lr"]
    assert [one.name for one in found.left_out] == ["train.log_every"]
    assert [found.label(one) for one in found.variants] == ["A", "A+1", "A+2", "B"]
    stages = [stage.id for stage in found.variants[frozenset({0})].pipeline.stages]
    assert stages == ["load_data", "build_model", "train", "evaluate"]
    text = found.variants[frozenset({0})].resolved
    assert "batch_size: 8" in text
    assert "lr: 0.001" in text


def test_settings_that_only_fit_together_are_one(tmp_path: Path) -> None:
    """The written in_features fits the number of channels above."""
    pair = runs(
        tmp_path,
        ("out_channels: 16", "out_channels: 8"),
        ("out_features: 120, id: fc1", "in_features: 200, out_features: 120, id: fc1"),
        ("lr: 0.001", "lr: 0.1"),
    )
    found = crossing(*pair, "evaluate", full=False, by_stage=False)
    assert len(found.factors) == 2
    together = next(one for one in found.factors if len(one.settings) == 2)
    assert {one.name for one in together.settings} == {
        "build_model.layers.conv2.out_channels",
        "build_model.layers.fc1.in_features",
    }


def test_data_and_the_transforms_that_it_needs_are_one(tmp_path: Path, image_folder: Path) -> None:
    """Images of two sizes, which only the new transforms bring to one."""
    for path in (image_folder / "train" / "cat").iterdir():
        Image.new("RGB", (48, 40)).save(path)
    pair = runs(
        tmp_path,
        ("{type: Shapes, train: 40, test: 20}", f"{{type: ImageFolder, root: {image_folder}}}"),
        ("      - ToTensor", "      - {type: Resize, size: [32, 32]}\n      - ToTensor"),
        ("out_features: 10, id: fc3", "out_features: 3, id: fc3"),
    )
    found = crossing(*pair, "evaluate", full=False, by_stage=False)
    assert {one.name for one in found.factors[0].settings} >= {
        "load_data.dataset",
        "load_data.transforms",
    }


def test_settings_of_a_stage_are_one_on_request(tmp_path: Path) -> None:
    pair = runs(tmp_path, ("lr: 0.001", "lr: 0.1"), ("momentum: 0.9", "momentum: 0.5"))
    found = crossing(*pair, "evaluate", full=False, by_stage=True)
    assert len(found.factors) == 1
    names = {one.name for one in found.factors[0].settings}
    assert names == {"train.optimizer.lr", "train.optimizer.momentum"}


def test_without_a_difference_there_is_nothing_to_cross(tmp_path: Path) -> None:
    pair = runs(tmp_path, ("seed: 0", "seed: 1"), ("log_every: 5", "log_every: 6"))
    with pytest.raises(UsageError, match="no setting that evaluate depends on differs"):
        crossing(*pair, "evaluate", full=False, by_stage=False)
