from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cifar_pipe.data.probe import probe
from cifar_pipe.errors import DataBroken
from cifar_pipe.stages.load_data.spec import LoadData
from tests.data.conftest import picture


def test_a_probe_says_what_is_there(image_folder: Path, load_spec: Callable[..., LoadData]) -> None:
    facts = probe(load_spec("ImageFolder", root=str(image_folder)))
    assert facts.image.shape == (3, 32, 32)
    assert facts.classes == ("cat", "dog", "frog")
    assert (facts.train, facts.test) == (24, 12)
    picture(image_folder / "train" / "dog" / "00.png", (40, 30))
    assert probe(load_spec("ImageFolder", root=str(image_folder))).image.shape is None


def test_a_wrong_number_of_class_names_is_reported_by_the_probe(
    image_folder: Path, load_spec: Callable[..., LoadData]
) -> None:
    spec = load_spec("ImageFolder", root=str(image_folder), stage={"classes": ["a", "b"]})
    with pytest.raises(DataBroken, match="classes has 2 names"):
        probe(spec)
