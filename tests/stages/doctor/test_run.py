from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PIL import Image

from cifar_pipe.stages.doctor.run import run
from cifar_pipe.stages.doctor.spec import Doctor
from tests.kit import RecordedEvents, context, random_data, small


def examined(tmp_path: Path, **more: Any) -> tuple[dict[str, Any], RecordedEvents]:
    """With one test image that is in train too."""
    data, events = random_data(train=20, test=10, shape=(1, 2, 5)), RecordedEvents()
    data.splits["test"].images[3] = data.splits["train"].images[5]
    data.splits["test"].labels[3] = data.splits["train"].labels[5]
    inside = context(events, tmp_path, stage="doctor")
    assert run(Doctor(), {"data": data, **more}, inside) == {}
    assert inside.facts["warnings"][0]["message"] == "1 test image is in train too"
    return json.loads((inside.folder / "doctor.json").read_text()), events


def test_it_says_and_keeps_what_leaks_and_shows_the_images(tmp_path: Path) -> None:
    found, events = examined(tmp_path)
    assert found["findings"][0]["groups"] == [["test[3]", "train[5]"]]
    assert "accuracy" not in found
    assert events.said[1].split() == ["error", "leak", "1", "test[3]", "=", "train[5]"]
    with Image.open(tmp_path / "stages/doctor/leaks.png") as picture:
        assert picture.width > 200


def test_of_a_network_that_was_trained_it_gives_the_accuracy_without_leaks(tmp_path: Path) -> None:
    found, events = examined(tmp_path, model=small(), history=object())
    assert found["accuracy"]["without_leaks"]["images"] == 9
    assert any(line.startswith("  without those that leaked") for line in events.said)


def test_a_network_as_it_was_built_has_no_accuracy(tmp_path: Path) -> None:
    found, _ = examined(tmp_path, model=small())
    assert "accuracy" not in found
