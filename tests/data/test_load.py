from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from cifar_pipe.catalog.core.component import make
from cifar_pipe.data.batches import Data
from cifar_pipe.errors import DataBroken, DataUnavailable
from cifar_pipe.stages.load_data.spec import LoadData
from tests.kit import RecordedEvents

SMALL = {"train": 40, "test": 20}


def test_a_dataset_on_disk_needs_no_stand_in(
    cifar10: Path,
    load_spec: Callable[..., LoadData],
    loaded: Callable[..., Data],
    events: RecordedEvents,
    offline: None,
) -> None:
    spec = load_spec(
        "CIFAR10", root=str(cifar10), download=True, stand_in=make("dataset", "Shapes")
    )
    data = loaded(spec)
    assert data.info["dataset"] == "CIFAR10"
    assert data.info["stand_in"] is False
    assert (data.info["train"], data.info["test"]) == (20, 6)
    assert events.warnings == []


def test_the_stand_in_is_reported_loudly_and_keeps_its_class_names(
    tmp_path: Path,
    load_spec: Callable[..., LoadData],
    loaded: Callable[..., Data],
    events: RecordedEvents,
    offline: None,
) -> None:
    spec = load_spec(
        "CIFAR10",
        root=str(tmp_path),
        download=True,
        stand_in=make("dataset", "Shapes", **SMALL),
        stage={"classes": list("abcdefghij")},
    )
    data = loaded(spec)
    [warning] = events.warnings
    assert warning.startswith("NOT CIFAR10: no connection to download it (")
    assert "the stand-in Shapes is used" in warning
    assert "say nothing about CIFAR10" in warning
    assert data.classes[0] == "circle"
    assert data.info["stand_in"] is True
    assert data.info["dataset"] == "Shapes"
    assert data.info["stand_in_for"] == "CIFAR10"


def test_without_a_stand_in_what_to_do_is_reported(
    tmp_path: Path, load_spec: Callable[..., LoadData], loaded: Callable[..., Data], offline: None
) -> None:
    with pytest.raises(DataUnavailable, match=r"CIFAR10 is not below .* no connection") as raised:
        loaded(load_spec("CIFAR10", root=str(tmp_path), download=True))
    assert "cifar-10-python.tar.gz there by hand" in raised.value.help[0]
    assert "stand_in: Shapes" in raised.value.help[1]


def test_a_forbidden_stand_in_is_reported(
    tmp_path: Path, load_spec: Callable[..., LoadData], loaded: Callable[..., Data], offline: None
) -> None:
    shapes = make("dataset", "Shapes")
    spec = load_spec("CIFAR10", root=str(tmp_path), download=True, stand_in=shapes)
    with pytest.raises(DataUnavailable) as raised:
        loaded(spec, stand_in_allowed=False)
    assert "--no-stand-in" in raised.value.help[1]


def test_a_broken_archive_is_never_stood_in_for(
    cifar10: Path, load_spec: Callable[..., LoadData], loaded: Callable[..., Data], offline: None
) -> None:
    (cifar10 / "cifar-10-python.tar.gz").write_bytes(b"no archive")
    shapes = make("dataset", "Shapes")
    spec = load_spec("CIFAR10", root=str(cifar10), download=True, stand_in=shapes)
    with pytest.raises(DataBroken, match="is broken"):
        loaded(spec)


def test_the_validation_split_is_drawn_from_the_seed(
    load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    spec = load_spec("Digits", stage={"validation_split": 0.25})
    data, again = loaded(spec, seed=3), loaded(spec, seed=3)
    other = loaded(spec, seed=4)
    assert list(data.splits) == ["train", "val", "test"]
    assert data.count("val") == round(0.25 * 1438)
    assert data.count("train") + data.count("val") == 1438
    assert torch.equal(data.splits["val"].images, again.splits["val"].images)
    assert not torch.equal(data.splits["val"].images, other.splits["val"].images)


def test_random_targets_have_no_classes(
    load_spec: Callable[..., LoadData], loaded: Callable[..., Data]
) -> None:
    spec = load_spec("Random", **SMALL, target_shape=[7], stage={"transforms": []})
    data = loaded(spec)
    assert data.num_classes is None
    assert data.splits["train"].labels.shape == (40, 7)


@pytest.mark.parametrize(("name", "each"), [("Shapes", 3 * 32 * 32), ("Random", 3 * 32 * 32 * 4)])
def test_images_that_memory_cannot_hold_are_not_drawn(
    name: str,
    each: int,
    load_spec: Callable[..., LoadData],
    loaded: Callable[..., Data],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sizes = {"SC_PHYS_PAGES": 1, "SC_PAGE_SIZE": 30 * each}
    monkeypatch.setattr("os.sysconf", sizes.__getitem__)
    with pytest.raises(DataBroken, match=r"31 images of 3 x 32 x 32 need .* GB of memory"):
        loaded(load_spec(name, train=20, test=11))
