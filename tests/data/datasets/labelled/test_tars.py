"""WebDataset: samples in tar archives, read by their offset."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cifar_pipe.data.batches import Data
from cifar_pipe.data.datasets.folder import find_splits
from cifar_pipe.data.datasets.image_set import ImageSet
from cifar_pipe.data.datasets.labelled import tars
from cifar_pipe.data.fingerprint import fingerprint
from cifar_pipe.errors import CifarPipeError, DataBroken, DataUnavailable
from cifar_pipe.stages.load_data.spec import LoadData

Spec = Callable[..., LoadData]


def png(shade: int) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(np.full((8, 8, 3), shade, dtype=np.uint8)).save(stream, "png")
    return stream.getvalue()


def tar(path: Path, members: Mapping[str, bytes | str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w") as made:
        for name, given in members.items():
            content = given.encode() if isinstance(given, str) else given
            info = tarfile.TarInfo(name)
            info.size = len(content)
            made.addfile(info, io.BytesIO(content))


def samples(*labels: str, first: int = 0) -> dict[str, bytes | str]:
    pairs = [
        {f"{first + number:04}.png": png(first + number), f"{first + number:04}.cls": label}
        for number, label in enumerate(labels)
    ]
    return {name: content for pair in pairs for name, content in pair.items()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two archives of training samples and one of test samples."""
    tar(tmp_path / "data/cifar-train-000000.tar", samples("9", "10"))
    tar(tmp_path / "data/cifar-train-000001.tar", samples("10", "9", first=2))
    tar(tmp_path / "data/cifar-test-000000.tar", samples("10", "9"))
    return tmp_path / "data"


@pytest.fixture
def found(load_spec: Spec) -> Callable[..., ImageSet]:
    return lambda root, **arguments: find_splits(
        load_spec("WebDataset", root=str(root), **arguments), seed=0
    )


Found = Callable[..., ImageSet]


def test_each_sample_is_an_image_with_its_class(root: Path, found: Found) -> None:
    images = found(root)
    assert images.classes == ("9", "10")
    assert images.per_class == {"train": (2, 2), "test": (1, 1)}
    assert images.files["train"] == [
        "cifar-train-000000.tar:0000.png",
        "cifar-train-000001.tar:0003.png",
        "cifar-train-000000.tar:0001.png",
        "cifar-train-000001.tar:0002.png",
    ]


def test_images_are_read_from_their_places(
    root: Path, load_spec: Spec, loaded: Callable[..., Data]
) -> None:
    data = loaded(load_spec("WebDataset", root=str(root)))
    assert data.splits["train"].images[:, 0, 0, 0].tolist() == [0, 3, 1, 2]
    assert data.splits["train"].labels.tolist() == [0, 0, 1, 1]


def test_one_archive_is_divided(root: Path, found: Found) -> None:
    tar(root / "all.tar", samples("cat", "dog", "cat", "dog"))
    images = found(root / "all.tar", test_split=0.5)
    assert images.classes == ("cat", "dog")
    assert images.per_class == {"train": (1, 1), "test": (1, 1)}


def test_archives_in_folders_of_splits(root: Path, found: Found) -> None:
    for split in ("train", "valid"):
        tar(root / "other" / split / "000.tar", samples("cat", "dog"))
    assert found(root / "other").per_class == {"train": (1, 1), "test": (1, 1)}


def test_the_class_may_be_a_field_of_json(tmp_path: Path, found: Found) -> None:
    members: dict[str, bytes | str] = {}
    for number, name in enumerate(("dog", "cat", "dog", "cat")):
        members |= {
            f"{number}.png": png(number),
            f"{number}.seg.png": png(9),
            f"{number}.json": json.dumps({"class": name, "id": number}),
        }
    tar(tmp_path / "all.tar", members)
    images = found(tmp_path, label_key="json", json_field="class", test_split=0.5)
    assert images.classes == ("cat", "dog")
    assert images.per_class["train"] == (1, 1)


def test_an_archive_is_indexed_once(
    root: Path, found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    found(root)
    monkeypatch.setattr(tars, "members", None)
    assert found(root).classes == ("9", "10")


def test_its_fingerprint_is_that_of_the_archives(root: Path, load_spec: Spec) -> None:
    spec = load_spec("WebDataset", root=str(root))
    before = fingerprint(spec, whole=True)
    assert before
    tar(root / "cifar-test-000000.tar", samples("9", "10"))
    assert fingerprint(spec, whole=True) not in (before, None)


def refusal(found: Found, *given: object, **arguments: object) -> CifarPipeError:
    with pytest.raises((DataBroken, DataUnavailable)) as raised:
        found(*given, **arguments)
    return raised.value


def test_all_samples_that_cannot_be_used_are_named(tmp_path: Path, found: Found) -> None:
    good = samples("cat", "dog")
    tar(
        tmp_path / "train.tar",
        {
            **good,
            "1000.png": png(1),
            "1001.cls": "cat",
            "1002.png": png(1),
            "1002.jpg": png(1),
            "1002.cls": "cat",
            "1003.png": png(1),
            "1003.cls": b"\xff\xfe",
        },
    )
    tar(tmp_path / "test.tar", good)
    error = refusal(found, tmp_path)
    assert error.message == "4 samples cannot be used"
    assert error.notes == (
        "train.tar:1000 has no .cls",
        "train.tar:1001 has no image",
        "train.tar:1002 has several images: 1002.png and 1002.jpg",
        "train.tar:1003 has a label that is not UTF-8",
    )


def test_archives_that_cannot_be_read_by_offset_are_told(root: Path, found: Found) -> None:
    path = root / "cifar-test-000000.tar"
    path.write_bytes(gzip.compress(path.read_bytes()))
    error = refusal(found, root)
    assert error.message == f"{path} is compressed with gzip: it cannot be read by offset"
    assert error.help == ("make it again as a tar archive that is not compressed",)


def test_names_that_say_no_split_are_told(root: Path, found: Found) -> None:
    assert refusal(found, root, test_split=0.5).message.endswith(
        "are divided into test and train by their names already"
    )
    tar(root / "more.tar", samples("9"))
    assert refusal(found, root).message == "the names of more.tar say no split"
    for path in root.glob("cifar*"):
        path.unlink()
    assert refusal(found, root).help[-1] == "or write test_split: 0.2"
    (root / "more.tar").unlink()
    assert "there are no files that end in .tar" in refusal(found, root).message
    assert "there is no file or folder" in refusal(found, root / "nowhere").message
