"""Faults of each kind, planted into images without a fault: all are found, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.doctor.looked import findings, names
from tests.doctor.planting import EDITS, FAULTS, Planter, edited


def test_nothing_is_found_of_images_without_a_fault(drawn: Path) -> None:
    assert findings(drawn) == {}


@pytest.mark.parametrize("kind", FAULTS)
def test_what_is_planted_is_found(kind: str, drawn: Path, tmp_path: Path) -> None:
    planter = Planter(Path(shutil.copytree(drawn, tmp_path / "images")))
    for number in range(len(EDITS) if kind.startswith("near") else 4):
        for path in FAULTS[kind](planter, number):
            planter.planted.add(kind, path)
    made = findings(planter.planted.root)
    assert planter.planted.names[kind] <= names(made[kind])
    touched = {name for one in made.values() for name in names(one)}
    assert touched <= planter.planted.used | planter.planted.names[kind]


def test_all_kinds_are_found_side_by_side(drawn: Path, tmp_path: Path) -> None:
    planter = Planter(Path(shutil.copytree(drawn, tmp_path / "images")), seed=1)
    planted = planter.plant(2).names
    made = findings(planter.planted.root)
    assert {kind: found - names(made[kind]) for kind, found in planted.items()} == {
        kind: set() for kind in FAULTS
    }


@pytest.mark.parametrize("number", range(len(EDITS)))
def test_a_copy_that_was_changed_is_found_whatever_was_done_to_it(
    number: int, drawn: Path, tmp_path: Path
) -> None:
    root = Path(shutil.copytree(drawn, tmp_path / "images"))
    copy = edited(root / "train/cat/0003.jpg", root / "test/cat/copy.jpg", number)
    assert names(findings(root)["near-leak"]) == {copy.relative_to(root).as_posix()}
