from __future__ import annotations

import bz2
import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torchvision import datasets

from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.images.class_names import EMNIST as CHARACTERS
from cifar_pipe.catalog.images.data_facts import data_facts
from cifar_pipe.context import Context
from cifar_pipe.data.datasets.torchvision_sets import check_available, load_torchvision
from cifar_pipe.data.store import Splits
from cifar_pipe.errors import DataBroken, DataUnavailable
from tests.data.conftest import md5


def test_an_archive_in_root_is_used_without_network_even_where_download_is_false(
    cifar10: Path, context: Context, offline: None
) -> None:
    read = load_torchvision(make("dataset", "CIFAR10", root=str(cifar10)), context)
    train, test = read.by_name["train"], read.by_name["test"]
    assert train.images.shape == (20, 3, 32, 32)
    assert train.images.dtype == torch.uint8
    assert train.images.is_contiguous()
    assert test.labels.tolist() == [0, 1, 2, 3, 4, 5]
    assert test.images[:, 0, 0, 0].tolist() == [0, 1, 2, 3, 4, 5]
    assert test.images[0, 2, 31, 31] == 200
    assert read.classes[:2] == ("airplane", "automobile")


def test_mnist_has_one_channel(mnist: Path, context: Context, offline: None) -> None:
    read = load_torchvision(make("dataset", "MNIST", root=str(mnist)), context)
    assert read.by_name["train"].images.shape == (12, 1, 28, 28)
    assert read.by_name["test"].labels.tolist() == [0, 1, 2, 3, 4]
    assert read.classes == tuple("0123456789")


def test_svhns_label_ten_is_the_digit_zero(svhn: Path, context: Context, offline: None) -> None:
    read = load_torchvision(make("dataset", "SVHN", root=str(svhn)), context)
    train = read.by_name["train"]
    assert train.labels.tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]
    assert train.images.shape == (10, 3, 32, 32)
    assert train.images[4, 2, 0, 1] == 99


def test_svhn_without_scipy_says_how_to_get_it(
    svhn: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cifar_pipe.catalog.images.dataset_checks.find_spec", lambda _: None)
    with pytest.raises(DataUnavailable, match="SVHN needs SciPy") as raised:
        load_torchvision(make("dataset", "SVHN", root=str(svhn)), context)
    assert raised.value.help == ("pip install scipy",)


def test_a_truncated_idx_file_is_reported(mnist: Path, context: Context) -> None:
    dataset = make("dataset", "MNIST", root=str(mnist))
    load_torchvision(dataset, context)
    raw = mnist / "MNIST" / "raw" / "train-images-idx3-ubyte"
    raw.write_bytes(raw.read_bytes()[:100])
    with pytest.raises(DataBroken, match=r"the files of MNIST below .* cannot be read"):
        load_torchvision(dataset, context)


def test_with_download_a_look_cannot_know_more(tmp_path: Path) -> None:
    check_available(make("dataset", "CIFAR10", root=str(tmp_path), download=True))
    assert list(tmp_path.iterdir()) == []


def test_a_root_that_is_a_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(DataUnavailable, match="is a file, not a folder"):
        check_available(make("dataset", "CIFAR10", root=str(tmp_path / "data")))


COUNTS = {"train": 6, "test": 3}


def idx(array: np.ndarray[Any, Any], code: int = 8) -> bytes:
    """MNIST's format; `code` 8 is uint8, 12 int32 with the highest byte first."""
    head = struct.pack(f">BBBB{array.ndim}I", 0, 0, code, array.ndim, *array.shape)
    return head + array.tobytes()


def images(count: int) -> np.ndarray[Any, Any]:
    """Each with its number in row 1, column 2."""
    made = np.zeros((count, 28, 28), dtype=np.uint8)
    made[:, 1, 2] = np.arange(count)
    return made


def labels(count: int) -> np.ndarray[Any, Any]:
    return np.arange(count, dtype=np.uint8) % 10


def loaded(name: str, root: Path, context: Context, **arguments: Any) -> Splits:
    dataset = make("dataset", name, root=str(root), **arguments)
    check_available(dataset)
    read = load_torchvision(dataset, context)
    facts = data_facts(dataset)
    for split in read.by_name.values():
        assert split.images.shape[1:] == facts.image.shape  # type: ignore[union-attr]
    assert read.classes == facts.classes
    return read


@pytest.mark.usefixtures("offline")
def test_kmnist(tmp_path: Path, context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = tmp_path / "KMNIST" / "raw"
    raw.mkdir(parents=True)
    resources = []
    for prefix, count in (("train", 6), ("t10k", 3)):
        for what, array in (("images-idx3", images(count)), ("labels-idx1", labels(count))):
            content = gzip.compress(idx(array))
            (raw / f"{prefix}-{what}-ubyte.gz").write_bytes(content)
            resources.append((f"{prefix}-{what}-ubyte.gz", md5(content)))
    monkeypatch.setattr(datasets.KMNIST, "resources", resources)
    read = loaded("KMNIST", tmp_path, context)
    assert read.by_name["test"].images[2, 0, 1, 2] == 2
    assert read.by_name["train"].labels.tolist() == [0, 1, 2, 3, 4, 5]


@pytest.mark.usefixtures("offline")
def test_qmnist(tmp_path: Path, context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = tmp_path / "QMNIST" / "raw"
    raw.mkdir(parents=True)
    resources: dict[str, list[tuple[str, str]]] = {}
    for split, count in COUNTS.items():
        origin = np.zeros((count, 8), dtype=">i4")
        origin[:, 0] = labels(count)
        origin[:, 1] = 77
        files = {"images-idx3-ubyte": idx(images(count)), "labels-idx2-int": idx(origin, 12)}
        for name, content in files.items():
            packed = gzip.compress(content)
            (raw / f"qmnist-{split}-{name}.gz").write_bytes(packed)
            url = f"http://example.org/qmnist-{split}-{name}.gz"
            resources.setdefault(split, []).append((url, md5(packed)))
    monkeypatch.setattr(datasets.QMNIST, "resources", resources)
    read = loaded("QMNIST", tmp_path, context)
    assert read.by_name["test"].labels.tolist() == [0, 1, 2]


@pytest.fixture
def emnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root with `gzip.zip`, in which `balanced` and `letters` lie."""
    raw = tmp_path / "EMNIST" / "raw"
    raw.mkdir(parents=True)
    with zipfile.ZipFile(raw / "gzip.zip", "w") as whole:
        for part in ("balanced", "letters"):
            for split, count in COUNTS.items():
                start = f"gzip/emnist-{part}-{split}"
                whole.writestr(f"{start}-images-idx3-ubyte.gz", gzip.compress(idx(images(count))))
                numbers = labels(count) + (part == "letters")
                packed = gzip.compress(idx(numbers.astype(np.uint8)))
                whole.writestr(f"{start}-labels-idx1-ubyte.gz", packed)
        whole.writestr("../escaped", "evil")
    monkeypatch.setattr(datasets.EMNIST, "md5", md5((raw / "gzip.zip").read_bytes()))
    return tmp_path


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(("part", "first"), [("balanced", 0), ("letters", 1)])
def test_emnists_split_is_the_choice_of_characters(
    part: str, first: int, emnist: Path, context: Context
) -> None:
    read = loaded("EMNIST", emnist, context, split=part)
    assert read.by_name["train"].labels.tolist() == list(range(first, first + 6))
    assert read.by_name["test"].images[2, 0, 1, 2] == 2
    assert not (emnist.parent / "escaped").exists()
    assert not (emnist / "EMNIST" / "escaped").exists()


@pytest.mark.usefixtures("offline")
def test_a_part_that_the_archive_lacks_is_reported(emnist: Path, context: Context) -> None:
    with pytest.raises(DataBroken, match="does not contain emnist-digits-train-images"):
        loaded("EMNIST", emnist, context, split="digits")


def test_emnists_classes_are_those_of_torchvision() -> None:
    theirs: Mapping[str, list[str]] = datasets.EMNIST.classes_split_dict
    assert {name: list(names) for name, names in CHARACTERS.items()} == theirs


@pytest.mark.usefixtures("offline")
def test_usps(tmp_path: Path, context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {}
    for split, count in COUNTS.items():
        pixels = " ".join(f"{number}:{1 if number == 2 else -1}" for number in range(1, 257))
        text = "".join(f"{label + 1} {pixels}\n" for label in range(count))
        content = bz2.compress(text.encode())
        name = "usps.bz2" if split == "train" else "usps.t.bz2"
        (tmp_path / name).write_bytes(content)
        files[split] = [f"http://example.org/{name}", name, md5(content)]
    monkeypatch.setattr(datasets.USPS, "split_list", files)
    read = loaded("USPS", tmp_path, context)
    assert read.by_name["train"].labels.tolist() == [0, 1, 2, 3, 4, 5]
    assert read.by_name["train"].images[0, 0, 0, :3].tolist() == [0, 255, 0]


@pytest.mark.usefixtures("offline")
def test_stl10(tmp_path: Path, context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    members = {}
    for split, count in COUNTS.items():
        pixels = np.zeros((count, 3, 96, 96), dtype=np.uint8)
        pixels[:, 2, 5, 7] = 99  # blue; columns come first in the file
        members[f"{split}_X.bin"] = pixels.tobytes()
        members[f"{split}_y.bin"] = (labels(count) + 1).astype(np.uint8).tobytes()
    members["unlabeled_X.bin"] = b""
    kind = datasets.STL10
    sums = {name: [name, md5(content)] for name, content in members.items()}
    train = [sums[name] for name in ("train_X.bin", "train_y.bin", "unlabeled_X.bin")]
    monkeypatch.setattr(kind, "train_list", train)
    monkeypatch.setattr(kind, "test_list", [sums["test_X.bin"], sums["test_y.bin"]])
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(f"{kind.base_folder}/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    (tmp_path / kind.filename).write_bytes(stream.getvalue())
    monkeypatch.setattr(kind, "tgz_md5", md5(stream.getvalue()))
    read = loaded("STL10", tmp_path, context)
    assert read.by_name["train"].images[0, 2, 7, 5] == 99
    assert read.by_name["test"].labels.tolist() == [0, 1, 2]


@pytest.mark.parametrize("name", ["KMNIST", "QMNIST", "USPS", "STL10"])
def test_what_is_not_there_is_reported_with_its_address(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataUnavailable) as raised:
        check_available(make("dataset", name, root=str(tmp_path)))
    assert "http" in raised.value.help[1]
