"""How often a dataset is looked for."""

from __future__ import annotations

from pathlib import Path

from cifar_pipe.catalog.core.component import make
from cifar_pipe.data.datasets.image_set import find_image_set, searched_once
from tests.data.conftest import picture


def test_within_a_run_what_was_found_stays_as_it_was(tmp_path: Path) -> None:
    for place in ("train/a/1.png", "train/b/1.png", "test/a/1.png", "test/b/1.png"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        picture(tmp_path / place, (4, 4))
    dataset = make("dataset", "ImageFolder", root=str(tmp_path))
    with searched_once():
        first = find_image_set(dataset)
        picture(tmp_path / "train/a/2.png", (4, 4))
        assert find_image_set(dataset) is first
    assert len(find_image_set(dataset).files["train"]) == 3
