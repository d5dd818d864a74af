from __future__ import annotations

from pathlib import Path

import pytest

from cifar_pipe.data.datasets.folders.other_kinds import no_pattern, other_kinds


@pytest.mark.parametrize(
    ("file", "dataset"),
    [
        ("train-000.tar", "WebDataset"),
        ("train/a.tar", "WebDataset"),
        ("rows.PARQUET", "Parquet"),
        ("data-00000.arrow", "HuggingFace"),
        ("cat_1.jpg", "ImagePattern"),
        ("cat/1.jpg", "ImageFolder"),
    ],
)
def test_the_dataset_that_reads_the_files_is_named(file: str, dataset: str, tmp_path: Path) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_bytes(b"")
    [words] = other_kinds(tmp_path)
    assert words.startswith(f"{dataset} reads ")


def test_what_nobody_reads_has_no_advice(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("")
    assert other_kinds(tmp_path) == other_kinds(tmp_path / "nowhere") == []


def test_a_pattern_is_told_with_its_folder() -> None:
    assert no_pattern(Path("shards/train-{000..007}.tar")) == [
        "a pattern is not taken: name the folder, shards"
    ]
    assert no_pattern(Path("shards/train.tar")) == []
