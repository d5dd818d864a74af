"""Flowers102, laid out as its archive is, and the advice on another set with files of MATLAB's."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torchvision.datasets

from cifar_pipe.data.batches import Data
from cifar_pipe.data.datasets.folder import find_splits
from cifar_pipe.errors import DataBroken, DataUnavailable
from cifar_pipe.stages.load_data.spec import LoadData
from tests.conftest import ROOT
from tests.data.conftest import picture

scipy_io = pytest.importorskip("scipy.io")

Spec = Callable[..., LoadData]
FLOWERS = torchvision.datasets.Flowers102.classes


def lay_out(root: Path, patch: pytest.MonkeyPatch) -> None:
    """Six flowers of three kinds, two of them in each split."""
    folder = root / "flowers-102"
    for number in range(1, 7):
        picture(folder / "jpg" / f"image_{number:05d}.jpg")
    scipy_io.savemat(folder / "imagelabels.mat", {"labels": np.array([[3, 3, 1, 102, 1, 3]])})
    ids = {"trnid": [[5, 1]], "valid": [[2, 3]], "tstid": [[6, 4]]}
    scipy_io.savemat(folder / "setid.mat", {name: np.array(one) for name, one in ids.items()})
    made = {
        name: (file, hashlib.md5((folder / file).read_bytes()).hexdigest())
        for name, file in (("label", "imagelabels.mat"), ("setid", "setid.mat"))
    }
    patch.setattr(torchvision.datasets.Flowers102, "_file_dict", made)


def test_flowers_have_their_names_and_the_labels_of_torchvision(
    tmp_path: Path, load_spec: Spec, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(tmp_path, monkeypatch)
    found = find_splits(load_spec("Flowers102", root=str(tmp_path)), seed=0)
    assert found.classes == tuple(FLOWERS)
    for split in ("train", "val", "test"):
        theirs = torchvision.datasets.Flowers102(tmp_path, split=split)
        wanted = dict(zip(map(str, theirs._image_files), theirs._labels, strict=True))
        assert dict(zip(found.files[split], found.labels[split], strict=True)) == wanted


def test_what_is_not_there_is_told(
    tmp_path: Path, load_spec: Spec, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(tmp_path, monkeypatch)
    flowers = load_spec("Flowers102", root=str(tmp_path))
    (tmp_path / "flowers-102/jpg/image_00003.jpg").unlink()
    with pytest.raises(DataBroken) as raised:
        find_splits(flowers, seed=0)
    assert raised.value.message == "image_00003.jpg is in the lists and not there"
    (tmp_path / "flowers-102/setid.mat").unlink()
    with pytest.raises(DataUnavailable) as absent:
        find_splits(flowers, seed=0)
    assert "Flowers102('FOLDER', download=True)" in absent.value.help[1]


def test_a_list_with_another_md5_is_not_given_to_scipy(tmp_path: Path, load_spec: Spec) -> None:
    with pytest.MonkeyPatch.context() as patch:
        lay_out(tmp_path, patch)
    with pytest.raises(DataBroken, match=r"imagelabels\.mat is broken: its md5 is"):
        find_splits(load_spec("Flowers102", root=str(tmp_path)), seed=0)


def test_the_advice_on_cars_works(
    tmp_path: Path, load_spec: Spec, loaded: Callable[..., Data], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their lists become a table by the code that the page of data sets has."""
    monkeypatch.chdir(tmp_path)
    lay_out_cars(tmp_path)
    page = (ROOT / "docs/how-to/data-sets.md").read_text()
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(code, {})
    data = loaded(load_spec("ImageTable", file="cars.csv", split_column="split"))
    assert data.classes == ("Acura TL", "BMW M3")
    for split in ("train", "test"):
        theirs = torchvision.datasets.StanfordCars(tmp_path, split=split)
        wanted = {f"./{Path(path).relative_to(tmp_path)}": label for path, label in theirs._samples}
        assert (
            dict(zip(data.splits[split].files, data.splits[split].labels.tolist(), strict=True))
            == wanted
        )


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
