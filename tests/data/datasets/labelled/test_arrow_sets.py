"""Parquet and HuggingFace: images in columns, read by their rows."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from cifar_pipe.catalog.images import dataset_checks
from cifar_pipe.data.batches import Data
from cifar_pipe.data.datasets.folder import find_splits
from cifar_pipe.data.datasets.image_set import ImageSet
from cifar_pipe.data.fingerprint import fingerprint
from cifar_pipe.data.image_files.unusable import UnusableFiles
from cifar_pipe.errors import CifarPipeError, DataBroken, DataUnavailable
from cifar_pipe.stages.load_data.spec import LoadData

Spec = Callable[..., LoadData]
Found = Callable[..., ImageSet]
PETS = ["dog", "cat"]


def png(shade: int) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(np.full((8, 8, 3), shade, dtype=np.uint8)).save(stream, "png")
    return stream.getvalue()


def of_bytes(labels: Sequence[Any]) -> pa.Table:
    """Columns as anybody writes them; the images are of the shades 0, 1, 2 …"""
    return pa.table({"image": [png(shade) for shade in range(len(labels))], "label": labels})


def of_datasets(labels: Sequence[int | None], image: str = "img", label: str = "pet") -> pa.Table:
    """As the library datasets writes a set of images and a ClassLabel."""
    features = {
        image: {"_type": "Image"},
        label: {"_type": "ClassLabel", "names": PETS},
        "id": {"_type": "Value", "dtype": "int64"},
    }
    images = [{"bytes": png(shade), "path": None} for shade in range(len(labels))]
    type_ = pa.struct({"bytes": pa.binary(), "path": pa.string()})
    columns = {
        image: pa.array(images, type_),
        label: pa.array(labels, pa.int64()),
        "id": list(range(len(labels))),
    }
    marked = {b"huggingface": json.dumps({"info": {"features": features}}).encode()}
    return pa.table(columns).replace_schema_metadata(marked)


def parquet(path: Path, table: pa.Table, *, rows: int | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, row_group_size=rows)


def arrow(path: Path, table: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, table.schema) as stream:
        stream.write_table(table, max_chunksize=2)


@pytest.fixture
def found(load_spec: Spec) -> Found:
    return lambda name, **arguments: find_splits(load_spec(name, **arguments), seed=0)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two files of training images, one of test images."""
    parquet(tmp_path / "data/train-00000-of-00002.parquet", of_bytes(["dog", "cat", "dog"]), rows=2)
    parquet(tmp_path / "data/train-00001-of-00002.parquet", of_bytes(["cat"]))
    parquet(tmp_path / "data/test-00000-of-00001.parquet", of_bytes(["cat", "dog"]))
    return tmp_path / "data"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """As `save_to_disk` lays out a DatasetDict."""
    for split in ("train", "test"):
        arrow(tmp_path / "saved" / split / "data-00000-of-00001.arrow", of_datasets([1, 0, 1]))
        arrow(tmp_path / "saved" / split / "cache-17ab.arrow", of_datasets([0]))
        (tmp_path / "saved" / split / "state.json").write_text("{}")
    return tmp_path / "saved"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache of datasets with `me/pets`."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("HF_DATASETS_CACHE", str(folder))
    download(folder / "me___pets" / "small")
    return folder


def download(config: Path) -> None:
    of_version = config / "0.0.0" / "ab12"
    arrow(of_version / "pets-train-00000-of-00002.arrow", of_datasets([0, 1]))
    arrow(of_version / "pets-train-00001-of-00002.arrow", of_datasets([0, 1]))
    arrow(of_version / "pets-validation.arrow", of_datasets([0, 1]))
    (of_version / "dataset_info.json").write_text("{}")


def test_rows_of_parquet_stay_in_their_order(
    root: Path, load_spec: Spec, loaded: Callable[..., Data]
) -> None:
    data = loaded(load_spec("Parquet", root=str(root)))
    assert data.classes == ("cat", "dog")
    assert data.splits["train"].images[:, 0, 0, 0].tolist() == [0, 1, 2, 0]
    assert data.splits["train"].labels.tolist() == [1, 0, 1, 0]
    assert data.splits["test"].labels.tolist() == [0, 1]


def test_one_file_is_divided(tmp_path: Path, found: Found) -> None:
    parquet(tmp_path / "all.parquet", of_bytes([3, 10, 3, 10]))
    images = found("Parquet", root=str(tmp_path / "all.parquet"), test_split=0.5)
    assert images.classes == ("3", "10")
    assert images.per_class == {"train": (1, 1), "test": (1, 1)}


def test_columns_and_classes_are_those_that_datasets_marked(
    saved: Path, load_spec: Spec, loaded: Callable[..., Data]
) -> None:
    data = loaded(load_spec("HuggingFace", path=str(saved)))
    assert data.classes == tuple(PETS)
    assert data.splits["test"].labels.tolist() == [1, 0, 1]
    assert data.splits["train"].images[:, 0, 0, 0].tolist() == [0, 1, 2]


def test_a_folder_of_parquet_files_is_read_by_either_name(root: Path, found: Found) -> None:
    assert found("HuggingFace", path=str(root)).labels == found("Parquet", root=str(root)).labels


def test_columns_of_other_names_are_said(tmp_path: Path, found: Found) -> None:
    table = of_bytes(["cat", "dog"]).rename_columns(["picture", "kind"])
    for split in ("train", "test"):
        parquet(tmp_path / f"{split}.parquet", table)
    columns = {"image_column": "picture", "label_column": "kind"}
    assert found("Parquet", root=str(tmp_path), **columns).classes == ("cat", "dog")
    error = refusal(found, "Parquet", root=str(tmp_path), image_column="pictures")
    assert error.message.endswith("test.parquet has no column `pictures`, only picture, kind")
    assert error.help == ("did you mean `picture`?",)
    assert error.setting == ("dataset", "image_column")


def test_an_image_may_be_a_file_beside_the_rows(
    tmp_path: Path, load_spec: Spec, loaded: Callable[..., Data]
) -> None:
    (tmp_path / "one.png").write_bytes(png(7))
    images = [{"bytes": None, "path": "one.png"}, {"bytes": None, "path": "one.png"}]
    type_ = pa.struct({"bytes": pa.binary(), "path": pa.string()})
    table = pa.table({"image": pa.array(images, type_), "label": ["cat", "dog"]})
    for split in ("train", "test"):
        parquet(tmp_path / f"{split}.parquet", table)
    data = loaded(load_spec("Parquet", root=str(tmp_path)))
    assert data.splits["train"].images[:, 0, 0, 0].tolist() == [7, 7]


def test_a_name_is_looked_for_in_the_cache(cache: Path, found: Found) -> None:
    images = found("HuggingFace", path="me/pets")
    assert images.classes == tuple(PETS)
    assert images.per_class == {"train": (2, 2), "test": (1, 1)}


def test_what_the_cache_does_not_have_is_told_with_the_command(cache: Path, found: Found) -> None:
    error = refusal(found, "HuggingFace", path="me/pet")
    assert error.message == (
        f"there is no file or folder me/pet, and no data set of that name in {cache}"
    )
    near, command = error.help
    assert near == "did you mean me/pets?"
    assert "load_dataset('me/pet')" in command
    error = refusal(found, "HuggingFace", path="me/pets", config="large")
    assert error.message.endswith(f"is not in {cache}, only small")
    assert "load_dataset('me/pets', 'large')" in error.help[-1]


def test_one_of_several_configurations_is_said(cache: Path, found: Found) -> None:
    download(cache / "me___pets" / "large")
    error = refusal(found, "HuggingFace", path="me/pets")
    assert error.message == "me/pets has several configurations: large, small"
    assert error.setting == ("dataset", "config")
    assert found("HuggingFace", path="me/pets", config="large").classes == tuple(PETS)


def test_a_download_that_was_stopped_does_not_count(cache: Path, found: Found) -> None:
    next(cache.rglob("dataset_info.json")).unlink()
    assert "is not in" in refusal(found, "HuggingFace", path="me/pets").message


@pytest.mark.parametrize("name", ["Parquet", "HuggingFace"])
def test_the_fingerprint_is_that_of_the_files(name: str, root: Path, load_spec: Spec) -> None:
    spec = load_spec(name, **{"root" if name == "Parquet" else "path": str(root)})
    before = fingerprint(spec, whole=True)
    assert before
    parquet(root / "test-00000-of-00001.parquet", of_bytes(["dog", "cat"]))
    assert fingerprint(spec, whole=True) not in (before, None)


def refusal(found: Found, name: str, **arguments: object) -> CifarPipeError:
    with pytest.raises((DataBroken, DataUnavailable)) as raised:
        found(name, **arguments)
    return raised.value


def test_all_rows_without_a_class_are_named(tmp_path: Path, found: Found) -> None:
    parquet(tmp_path / "train.parquet", of_datasets([0, -1, 1, None, 2]))
    parquet(tmp_path / "test.parquet", of_datasets([0, 1]))
    error = refusal(found, "Parquet", root=str(tmp_path))
    assert error.message == "3 rows cannot be used"
    assert error.notes == tuple(f"train.parquet:{row} has no label" for row in (1, 3, 4))


def test_rows_without_an_image_are_named(
    tmp_path: Path, load_spec: Spec, loaded: Callable[..., Data]
) -> None:
    table = pa.table({"image": [png(1), None, b"no image"], "label": ["a", "b", "b"]})
    for split in ("train", "test"):
        parquet(tmp_path / f"{split}.parquet", table)
    with pytest.raises(UnusableFiles) as raised:
        loaded(load_spec("Parquet", root=str(tmp_path)))
    assert "train.parquet:1 cannot be read: the row has no image" in raised.value.notes


@pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
def test_a_file_that_is_no_such_file_is_told(tmp_path: Path, found: Found, suffix: str) -> None:
    (tmp_path / f"train{suffix}").write_bytes(b"PAR1 this is not one")
    error = refusal(found, "Parquet", root=str(tmp_path / f"train{suffix}"), test_split=0.5)
    assert f"train{suffix} cannot be read: " in error.message
    assert error.help == ("make or download it again",)


def test_columns_of_other_types_are_told(tmp_path: Path, found: Found) -> None:
    path = tmp_path / "all.parquet"
    parquet(path, pa.table({"image": [1.5, 2.5], "label": ["a", "b"]}))
    error = refusal(found, "Parquet", root=str(path), test_split=0.5)
    assert error.message == f"the column `image` of {path} holds double, no images"
    parquet(path, pa.table({"image": [b"", b""], "label": [1.5, 2.5]}))
    error = refusal(found, "Parquet", root=str(path), test_split=0.5)
    assert error.message == f"the column `label` of {path} holds double, no classes"


def test_several_columns_of_classes_are_told(tmp_path: Path, found: Found) -> None:
    one, other = of_datasets([0, 1], label="fine"), of_datasets([0, 1], label="coarse")
    table = one.append_column("coarse", other.column("coarse"))
    features = {name: {"_type": "ClassLabel", "names": PETS} for name in ("fine", "coarse")}
    marked = {b"huggingface": json.dumps({"info": {"features": features}}).encode()}
    parquet(tmp_path / "all.parquet", table.replace_schema_metadata(marked))
    arguments = {"root": str(tmp_path / "all.parquet"), "image_column": "img", "test_split": 0.5}
    error = refusal(found, "Parquet", **arguments)
    assert error.message.endswith("has several columns that may be the label: fine, coarse")
    assert found("Parquet", label_column="fine", **arguments).classes == tuple(PETS)


def test_a_folder_of_images_belongs_to_another_dataset(tmp_path: Path, found: Found) -> None:
    (tmp_path / "train").mkdir()
    (tmp_path / "train" / "1.png").write_bytes(png(1))
    error = refusal(found, "HuggingFace", path=str(tmp_path))
    assert error.help == ("ImageFolder reads images in folders of their classes",)
    (tmp_path / "train" / "metadata.csv").write_text("file_name,label\n1.png,a\n")
    error = refusal(found, "HuggingFace", path=str(tmp_path))
    assert error.help == (
        "ImageTable with file_column: file_name reads them by their metadata file",
    )


@pytest.mark.parametrize(
    ("name", "extra"), [("Parquet", "parquet"), ("HuggingFace", "huggingface")]
)
def test_without_pyarrow_the_command_that_installs_it_is_told(
    name: str, extra: str, tmp_path: Path, found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dataset_checks, "find_spec", lambda _: None)
    error = refusal(found, name, **{"root" if name == "Parquet" else "path": str(tmp_path)})
    assert error.message == f"{name} needs pyarrow, which is not installed"
    assert error.help == (f"pip install 'cifar-pipe[{extra}]'",)
