from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from cifar_pipe.report.run_folder import RunFolder
from cifar_pipe.report.sections.data import DataPart, StandIn, data_parts, sizes_in_words


def part_of(run_dir: Path) -> DataPart:
    [part] = data_parts(RunFolder(run_dir))
    return part


def test_a_dataset_has_its_sizes_its_classes_and_its_settings(run_dir: Path) -> None:
    part = part_of(run_dir)
    assert part.images == [("train", 50000), ("test", 10000)]
    assert len(part.classes) == 10
    assert ("one image", "3 × 32 × 32") in part.facts
    assert ("batch size", "4") in part.facts
    assert dict(part.facts)["transforms"].startswith("ToTensor; Normalize, mean [0.5, 0.5, 0.5]")
    assert sizes_in_words(part) == "50,000 train and 10,000 test images of 10 classes"
    assert part.stand_in is None


def test_equal_classes_are_said_in_a_sentence_and_unequal_ones_in_a_chart(run_dir: Path) -> None:
    part = part_of(run_dir)
    assert part.balance is not None
    assert "5,000 in train, 1,000 in test" in part.balance
    assert part.charts == {}
    path = run_dir / "stages" / "load_data" / "data.json"
    data = json.loads(path.read_text())
    data["per_class"]["train"]["cat"] = 1
    path.write_text(json.dumps(data))
    part = part_of(run_dir)
    assert part.balance is None
    assert ["cat", "1", "1,000"] in part.charts["images_per_class"].table


def test_a_stand_in_names_what_was_declared(make_run: Callable[..., Path]) -> None:
    assert part_of(make_run(stand_in=True)).stand_in == StandIn("Shapes", "CIFAR10")


def test_a_stage_without_files_has_its_data_from_run_json(run_dir: Path) -> None:
    shutil.rmtree(run_dir / "stages" / "load_data")
    assert part_of(run_dir).id == "load_data"
    assert part_of(run_dir).images == [("train", 50000), ("test", 10000)]


def test_one_split_and_no_classes_are_said_plainly() -> None:
    part = DataPart("x", [], [("train", 1000)], [], None, [], None)
    assert sizes_in_words(part) == "1,000 train images"


def test_a_fold_is_said_to_be_one(make_run: Callable[..., Path]) -> None:
    run_dir = make_run()
    path = run_dir / "stages/load_data/data.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "fold": {"number": 2, "of": 5}}))
    [part] = data_parts(RunFolder(run_dir))
    words = "fold 2 of 5 of the training images, held out; not the dataset's own test images"
    assert ("test split", words) in part.facts
