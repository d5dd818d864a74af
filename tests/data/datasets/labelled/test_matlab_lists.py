"""Published sets with files of MATLAB's, laid out as their archives are."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torchvision.datasets

from cifar_pipe.data.batches import Data
from cifar_pipe.data.datasets.folder import find_splits
from cifar_pipe.errors import DataBroken, DataUnavailable
from cifar_pipe.stages.load_data.spec import LoadData
from tests.damage import mutated
from tests.data.conftest import picture

scipy_io = pytest.importorskip("scipy.io")

Spec = Callable[..., LoadData]
FLOWERS = torchvision.datasets.Flowers102.classes


def lay_out_flowers(root: Path) -> None:
    """Six flowers of three kinds, two of them in each split."""
    folder = root / "flowers-102"
    for number in range(1, 7):
        picture(folder / "jpg" / f"image_{number:05d}.jpg")
    scipy_io.savemat(folder / "imagelabels.mat", {"labels": np.array([[3, 3, 1, 102, 1, 3]])})
    ids = {"trnid": [[5, 1]], "valid": [[2, 3]], "tstid": [[6, 4]]}
    scipy_io.savemat(folder / "setid.mat", {name: np.array(one) for name, one in ids.items()})


def lay_out_cars(root: Path) -> None:
    folder = root / "stanford_cars"
    kind = [("fname", object), ("class", object)]
    for split, name in (
        ("train", "devkit/cars_train_annos"),
        ("test", "cars_test_annos_withlabels"),
    ):
        for number in (1, 2):
            picture(folder / f"cars_{split}" / f"0000{number}.jpg")
        rows = np.array([[("00001.jpg", 2), ("00002.jpg", 1)]], dtype=kind)
        (folder / name).parent.mkdir(exist_ok=True)
        scipy_io.savemat(folder / f"{name}.mat", {"annotations": rows})
    names = np.array([["Acura TL", "BMW M3"]], dtype=object)
    scipy_io.savemat(folder / "devkit/cars_meta.mat", {"class_names": names})


def test_flowers_have_their_names_and_the_labels_of_torchvision(
    tmp_path: Path, load_spec: Spec, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out_flowers(tmp_path)
    found = find_splits(load_spec("Flowers102", root=str(tmp_path)), seed=0)
    assert found.classes == tuple(FLOWERS)
    # Theirs knows the md5 of the whole lists.
    monkeypatch.setattr(torchvision.datasets.Flowers102, "_check_integrity", lambda _: True)
    for split in ("train", "val", "test"):
        theirs = torchvision.datasets.Flowers102(tmp_path, split=split)
        wanted = dict(zip(map(str, theirs._image_files), theirs._labels, strict=True))
        assert dict(zip(found.files[split], found.labels[split], strict=True)) == wanted


def test_cars_have_their_names_and_the_labels_of_torchvision(
    tmp_path: Path, load_spec: Spec, loaded: Callable[..., Data]
) -> None:
    lay_out_cars(tmp_path)
    spec = load_spec("StanfordCars", root=str(tmp_path))
    found = find_splits(spec, seed=0)
    assert found.classes == ("Acura TL", "BMW M3")
    for split in ("train", "test"):
        theirs = torchvision.datasets.StanfordCars(tmp_path, split=split)
        assert dict(zip(found.files[split], found.labels[split], strict=True)) == dict(
            theirs._samples
        )
    assert loaded(spec).count("test") == 2


def test_what_is_not_there_is_told(tmp_path: Path, load_spec: Spec) -> None:
    lay_out_flowers(tmp_path)
    flowers = load_spec("Flowers102", root=str(tmp_path))
    (tmp_path / "flowers-102/jpg/image_00003.jpg").unlink()
    with pytest.raises(DataBroken) as raised:
        find_splits(flowers, seed=0)
    assert raised.value.message == "image_00003.jpg is in the lists and not there"
    (tmp_path / "flowers-102/setid.mat").unlink()
    with pytest.raises(DataUnavailable) as absent:
        find_splits(flowers, seed=0)
    assert "Flowers102('FOLDER', download=True)" in absent.value.help[1]
    with pytest.raises(DataUnavailable) as gone:
        find_splits(load_spec("StanfordCars", root=str(tmp_path)), seed=0)
    assert len(gone.value.help) == 1, "nobody can download it"


def test_labels_of_no_class_are_told(tmp_path: Path, load_spec: Spec) -> None:
    lay_out_flowers(tmp_path)
    labels = {"labels": np.array([[3, 0, 103, 1, 1]])}
    scipy_io.savemat(tmp_path / "flowers-102/imagelabels.mat", labels)
    with pytest.raises(DataBroken) as raised:
        find_splits(load_spec("Flowers102", root=str(tmp_path)), seed=0)
    assert raised.value.notes == (
        "image_00002.jpg has the class 0, of 102",
        "image_00003.jpg has the class 103, of 102",
        "image_00006.jpg has the class 0, of 102",
    )


@pytest.mark.parametrize(
    ("lay_out", "name", "file"),
    [
        (lay_out_flowers, "Flowers102", "flowers-102/imagelabels.mat"),
        (lay_out_cars, "StanfordCars", "stanford_cars/devkit/cars_train_annos.mat"),
    ],
)
def test_a_damaged_list_is_told_or_read(
    lay_out: Callable[[Path], None], name: str, file: str, tmp_path: Path, load_spec: Spec
) -> None:
    lay_out(tmp_path)
    path, spec, generator = tmp_path / file, load_spec(name, root=str(tmp_path)), random.Random(0)
    whole, told = path.read_bytes(), 0
    for _ in range(60):
        path.write_bytes(mutated(whole, generator))
        try:
            find_splits(spec, seed=0)
        except DataBroken:
            told += 1
    assert told > 10
