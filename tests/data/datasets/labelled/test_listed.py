"""Published sets with lists of their images, laid out as their archives are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import torchvision.datasets

from cifar_pipe.data.batches import Data
from cifar_pipe.data.datasets.folder import find_splits
from cifar_pipe.data.datasets.labelled.listed import LISTS
from cifar_pipe.data.fingerprint import fingerprint
from cifar_pipe.errors import DataBroken, DataUnavailable
from cifar_pipe.stages.load_data.spec import LoadData
from tests.conftest import Done
from tests.data.conftest import picture

Spec = Callable[..., LoadData]

# Of each set the lines of its lists, and the images that they name.
FILES: dict[str, tuple[Mapping[str, list[str]], list[str]]] = {
    "Food101": (
        {f"food-101/meta/{split}.txt": ["pad_thai/1", "ramen/2"] for split in ("train", "test")},
        ["food-101/images/pad_thai/1.jpg", "food-101/images/ramen/2.jpg"],
    ),
    "DTD": (
        {
            f"dtd/dtd/labels/{split}1.txt": ["banded/banded_1.jpg", "woven/woven_2.jpg"]
            for split in ("train", "val", "test")
        },
        ["dtd/dtd/images/banded/banded_1.jpg", "dtd/dtd/images/woven/woven_2.jpg"],
    ),
    "FGVCAircraft": (
        {
            f"fgvc-aircraft-2013b/data/images_variant_{split}.txt": ["10 707-320", "11 Yak-42"]
            for split in ("train", "val", "test")
        },
        ["fgvc-aircraft-2013b/data/images/10.jpg", "fgvc-aircraft-2013b/data/images/11.jpg"],
    ),
    "OxfordIIITPet": (
        {
            f"oxford-iiit-pet/annotations/{split}.txt": ["Abyssinian_1 1 1 1", "great_dane_2 2 2 1"]
            for split in ("trainval", "test")
        },
        ["oxford-iiit-pet/images/Abyssinian_1.jpg", "oxford-iiit-pet/images/great_dane_2.jpg"],
    ),
}
CLASSES = {
    "Food101": ("pad thai", "ramen"),
    "DTD": ("banded", "woven"),
    "FGVCAircraft": ("707-320", "Yak-42"),
    "OxfordIIITPet": ("Abyssinian", "great dane"),
}


def lay_out(root: Path, name: str) -> None:
    lists, images = FILES[name]
    for path, lines in lists.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("".join(f"{line}\n" for line in lines))
    for image in images:
        picture(root / image)


def test_every_row_has_a_layout_here() -> None:
    assert set(FILES) == set(LISTS)


@pytest.mark.parametrize("name", FILES)
def test_a_set_is_read_where_torchvision_unpacks_it(
    name: str, tmp_path: Path, load_spec: Spec, loaded: Callable[..., Data]
) -> None:
    lay_out(tmp_path, name)
    data = loaded(load_spec(name, root=str(tmp_path)))
    assert data.classes == CLASSES[name]
    assert [split.labels.tolist() for split in data.splits.values()] == [[0, 1]] * len(data.splits)
    assert len(data.splits) == len(LISTS[name].of_splits)


@pytest.mark.parametrize("name", ["DTD", "FGVCAircraft"])
def test_images_and_labels_are_those_of_torchvision(
    name: str, tmp_path: Path, load_spec: Spec
) -> None:
    lay_out(tmp_path, name)
    found = find_splits(load_spec(name, root=str(tmp_path)), seed=0)
    if name == "FGVCAircraft":
        variants = tmp_path / "fgvc-aircraft-2013b/data/variants.txt"
        variants.write_text("".join(f"{one}\n" for one in CLASSES[name]))
    theirs = getattr(torchvision.datasets, name)(tmp_path, split="val")
    assert [*map(str, theirs._image_files)] == found.files["val"]
    assert theirs._labels == found.labels["val"]


def test_a_set_that_is_not_there_is_told_with_the_command(tmp_path: Path, load_spec: Spec) -> None:
    with pytest.raises(DataUnavailable) as raised:
        find_splits(load_spec("Food101", root=str(tmp_path)), seed=0)
    assert raised.value.message == (
        f"there is no {tmp_path}/food-101/meta/train.txt: Food101 was not unpacked there"
    )
    assert "Food101('FOLDER', download=True)" in raised.value.help[1]


def test_all_lines_that_name_no_image_are_told(tmp_path: Path, load_spec: Spec) -> None:
    lay_out(tmp_path, "DTD")
    (tmp_path / "dtd/dtd/labels/train1.txt").write_text("banded/none.jpg\nno class\n")
    with pytest.raises(DataBroken) as raised:
        find_splits(load_spec("DTD", root=str(tmp_path)), seed=0)
    assert raised.value.notes == (
        "train1.txt:1 names banded/none.jpg, which is not there",
        "train1.txt:2 is not a line of DTD",
    )


def test_the_lists_belong_to_the_fingerprint(tmp_path: Path, load_spec: Spec) -> None:
    lay_out(tmp_path, "DTD")
    spec = load_spec("DTD", root=str(tmp_path))
    before = fingerprint(spec, whole=True)
    assert before
    (tmp_path / "dtd/dtd/labels/test1.txt").write_text("banded/banded_1.jpg\n")
    assert fingerprint(spec, whole=True) not in (before, None)


@pytest.mark.parametrize("name", FILES)
def test_a_pipeline_on_a_set_runs(name: str, cli: Callable[..., Done], tmp_path: Path) -> None:
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
