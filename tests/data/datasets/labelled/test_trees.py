"""Published sets with a folder per class, laid out as their archives are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torchvision.datasets

from cifar_pipe.data.batches import Data
from cifar_pipe.data.datasets.folder import find_splits
from cifar_pipe.data.datasets.labelled.trees import TREES
from cifar_pipe.data.fingerprint import fingerprint
from cifar_pipe.errors import DataBroken, DataUnavailable
from cifar_pipe.stages.load_data.spec import LoadData
from tests.conftest import Done
from tests.data.conftest import picture

Spec = Callable[..., LoadData]

WNIDS = [*TREES["Imagenette"].names]
# Of each set the images, and what lies beside them.
FILES: dict[str, list[str]] = {
    "EuroSAT": [
        f"eurosat/2750/{name}/{name}_{n}.jpg" for name in ("Forest", "River") for n in (1, 2)
    ],
    "Imagenette": [
        f"imagenette2-160/{split}/{wnid}/{wnid}_{split}.JPEG"
        for split in ("train", "val")
        for wnid in WNIDS
    ],
    "Country211": [
        f"country211/{split}/{name}/{split}.jpg"
        for split in ("train", "valid", "test")
        for name in ("AD", "ZW")
    ],
    "RenderedSST2": [
        f"rendered-sst2/{split}/{name}/{split}.png"
        for split in ("train", "valid", "test")
        for name in ("negative", "positive")
    ],
    "Caltech101": [
        f"caltech101/101_ObjectCategories/{name}/image_000{n}.jpg"
        for name in ("BACKGROUND_Google", "Faces", "ant")
        for n in (1, 2)
    ],
    "Caltech256": [
        f"caltech256/256_ObjectCategories/{name}/{name[:3]}_000{n}.jpg"
        for name in ("001.ak47", "002.american-flag")
        for n in (1, 2)
    ],
    "SUN397": [
        f"SUN397/a/{name}/sun_{n}.jpg"
        for name in ("abbey", "apartment_building/outdoor")
        for n in (1, 2)
    ],
    "GTSRB": [f"gtsrb/GTSRB/Training/000{n:02}/00000_0000{n}.ppm" for n in range(3)]
    + [f"gtsrb/GTSRB/Final_Test/Images/0000{n}.ppm" for n in range(3)],
}
CLASSES = {
    "EuroSAT": ("Forest", "River"),
    "Imagenette": tuple(TREES["Imagenette"].names.values()),
    "Country211": ("AD", "ZW"),
    "RenderedSST2": ("negative", "positive"),
    "Caltech101": ("Faces", "ant"),
    "Caltech256": ("ak47", "american-flag"),
    "SUN397": ("abbey", "apartment_building/outdoor"),
    "GTSRB": ("0", "1", "2"),
}
DRAWN = ("EuroSAT", "Caltech101", "Caltech256", "SUN397")
MORE: dict[str, dict[str, Any]] = {
    "Imagenette": {"size": "160px"},
    **{name: {"test_split": 0.5} for name in DRAWN},
}


def lay_out(root: Path, name: str) -> None:
    for path in FILES[name]:
        picture(root / path)
    if name == "GTSRB":
        rows = [f"0000{n}.ppm;53;54;6;5;48;49;{label}" for n, label in enumerate((2, 1, 0))]
        head = "Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId"
        (root / "gtsrb/GT-final_test.csv").write_text("\n".join([head, *rows, ""]))
    if name == "SUN397":
        names = "".join(f"/a/{one}\n" for one in CLASSES[name])
        (root / "SUN397/ClassName.txt").write_text(names)
    if name == "Caltech256":
        (root / "caltech256/256_ObjectCategories/001.ak47/RENAME2").write_text("a script")


def test_every_row_has_a_layout_here() -> None:
    assert set(FILES) == set(TREES)


@pytest.mark.parametrize("name", FILES)
def test_a_set_is_read_where_torchvision_unpacks_it(
    name: str, tmp_path: Path, load_spec: Spec, loaded: Callable[..., Data]
) -> None:
    lay_out(tmp_path, name)
    data = loaded(load_spec(name, root=str(tmp_path), **MORE.get(name, {})))
    assert data.classes == CLASSES[name]
    found = {split: sorted(one.labels.tolist()) for split, one in data.splits.items()}
    every = [*range(len(data.classes))]
    if name in ("Country211", "RenderedSST2"):
        assert found == {"train": every, "val": every, "test": every}
    else:
        # Of a set without splits one of two images of each class is drawn for testing.
        assert found == {"train": every, "test": every}


@pytest.mark.parametrize("name", FILES)
def test_images_and_labels_are_those_of_torchvision(
    name: str, tmp_path: Path, load_spec: Spec
) -> None:
    lay_out(tmp_path, name)
    spec = load_spec(name, root=str(tmp_path), **MORE.get(name, {}))
    found = find_splits(spec, seed=0)
    ours = {
        path: label
        for split, paths in found.files.items()
        for path, label in zip(paths, found.labels[split], strict=True)
    }
    assert ours == dict(theirs(name, tmp_path))


def theirs(name: str, root: Path) -> Iterator[tuple[str, int]]:
    """The images of all splits with their labels, by torchvision's class."""
    of_splits = {"Imagenette": ("train", "val"), "GTSRB": ("train", "test")}
    splits = of_splits.get(name, ("train", "valid" if name == "Country211" else "val", "test"))
    calls = [{}] if name in DRAWN else [{"split": one, **MORE.get(name, {})} for one in splits]
    for one in (getattr(torchvision.datasets, name)(root, **call) for call in calls):
        match name:
            case "SUN397":
                yield from zip(map(str, one._image_files), one._labels, strict=True)
            case "Caltech101" | "Caltech256":
                folder = f"{one.root}/{name[7:]}_ObjectCategories"
                for number, label in zip(one.index, one.y, strict=True):
                    start = "image" if name == "Caltech101" else f"{label + 1:03d}"
                    yield f"{folder}/{one.categories[label]}/{start}_{number:04d}.jpg", label
            case _:
                yield from getattr(one, "samples", None) or one._samples


@pytest.mark.parametrize("name", FILES)
def test_a_set_that_is_not_there_is_told_with_the_command(
    name: str, tmp_path: Path, load_spec: Spec
) -> None:
    with pytest.raises(DataUnavailable) as raised:
        find_splits(load_spec(name, root=str(tmp_path)), seed=0)
    assert f"{name} was not unpacked there" in raised.value.message
    assert f"{name}('FOLDER', " in raised.value.help[1]


def test_torchvision_downloads_the_splits_of_gtsrb_one_by_one(
    tmp_path: Path, load_spec: Spec
) -> None:
    with pytest.raises(DataUnavailable) as raised:
        find_splits(load_spec("GTSRB", root=str(tmp_path)), seed=0)
    assert raised.value.help[1].count("download=True") == 2
    assert "split='test'" in raised.value.help[1]


def test_all_rows_that_name_no_image_are_told(tmp_path: Path, load_spec: Spec) -> None:
    lay_out(tmp_path, "GTSRB")
    table = tmp_path / "gtsrb/GT-final_test.csv"
    table.write_text("Filename;ClassId\nnone.ppm;1\n00001.ppm;\n")
    with pytest.raises(DataBroken) as raised:
        find_splits(load_spec("GTSRB", root=str(tmp_path)), seed=0)
    assert raised.value.notes == (
        "GT-final_test.csv:2 names none.ppm, which is not there",
        "GT-final_test.csv:3 has no label",
    )
    table.unlink()
    with pytest.raises(DataUnavailable, match=r"GT-final_test\.csv"):
        find_splits(load_spec("GTSRB", root=str(tmp_path)), seed=0)


def test_the_table_belongs_to_the_fingerprint(tmp_path: Path, load_spec: Spec) -> None:
    lay_out(tmp_path, "GTSRB")
    spec = load_spec("GTSRB", root=str(tmp_path))
    before = fingerprint(spec, whole=True)
    assert before
    table = tmp_path / "gtsrb/GT-final_test.csv"
    table.write_text(table.read_text().replace(";1\n", ";2\n"))
    assert fingerprint(spec, whole=True) not in (before, None)


def test_a_folder_of_another_kind_is_told(tmp_path: Path, load_spec: Spec) -> None:
    picture(tmp_path / "country211" / "AD" / "1.jpg")
    with pytest.raises(DataBroken, match="lies where the archive of Country211 has one"):
        find_splits(load_spec("Country211", root=str(tmp_path)), seed=0)


@pytest.mark.parametrize("name", ["GTSRB", "EuroSAT"])
def test_a_pipeline_on_a_set_runs(name: str, cli: Callable[..., Done], tmp_path: Path) -> None:
    """Of one with splits and of one without."""
    lay_out(tmp_path, name)
    (tmp_path / "mine.yaml").write_text(f"""\
version: 1
stages:
  load_data: {{dataset: {{type: {name}, root: .}}, transforms: [ToTensor], batch_size: 2}}
  build_model: {{layers: [Flatten, {{type: Linear, out_features: $data.num_classes}}]}}
  train: {{steps: 1, loss: CrossEntropyLoss, optimizer: {{type: SGD, lr: 0.01}}}}
""")
    assert cli("validate", "mine.yaml").status == 0
    done = cli("run", "mine.yaml")
    assert done.status == 0, done.err
