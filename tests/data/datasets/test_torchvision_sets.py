from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torchvision.datasets import CIFAR10, MNIST

from cifar_pipe.catalog.core.component import make
from cifar_pipe.data.datasets.download import NoConnection
from cifar_pipe.data.datasets.torchvision_sets import load_torchvision, look_for
from cifar_pipe.data.reading import Reading
from cifar_pipe.errors import DataBroken, DataUnavailable


def test_an_archive_in_root_is_used_without_network_even_where_download_is_false(
    cifar10: Path, reading: Reading, offline: None
) -> None:
    read = load_torchvision(make("dataset", "CIFAR10", root=str(cifar10)), reading)
    train, test = read.by_name["train"], read.by_name["test"]
    assert train.images.shape == (20, 3, 32, 32)
    assert train.images.dtype == torch.uint8
    assert train.images.is_contiguous()
    assert test.labels.tolist() == [0, 1, 2, 3, 4, 5]
    assert test.images[:, 0, 0, 0].tolist() == [0, 1, 2, 3, 4, 5]
    assert test.images[0, 2, 31, 31] == 200
    assert read.classes[:2] == ("airplane", "automobile")


def test_only_the_expected_files_leave_an_archive(cifar10: Path, reading: Reading) -> None:
    load_torchvision(make("dataset", "CIFAR10", root=str(cifar10)), reading)
    names = {path.name for path in cifar10.rglob("*")}
    assert "link" not in names
    assert not (cifar10.parent / "escaped").exists()
    assert not [name for name in names if name.endswith((".tmp", ".part"))]


def test_mnist_has_one_channel(mnist: Path, reading: Reading, offline: None) -> None:
    read = load_torchvision(make("dataset", "MNIST", root=str(mnist)), reading)
    assert read.by_name["train"].images.shape == (12, 1, 28, 28)
    assert read.by_name["test"].labels.tolist() == [0, 1, 2, 3, 4]
    assert read.classes == tuple("0123456789")


def test_svhns_label_ten_is_the_digit_zero(svhn: Path, reading: Reading, offline: None) -> None:
    read = load_torchvision(make("dataset", "SVHN", root=str(svhn)), reading)
    train = read.by_name["train"]
    assert train.labels.tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]
    assert train.images.shape == (10, 3, 32, 32)
    assert train.images[4, 2, 0, 1] == 99


def test_svhn_without_scipy_says_how_to_get_it(
    svhn: Path, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cifar_pipe.data.datasets.torchvision_sets.find_spec", lambda _: None)
    with pytest.raises(DataUnavailable, match="SVHN needs scipy") as raised:
        load_torchvision(make("dataset", "SVHN", root=str(svhn)), reading)
    assert raised.value.help == ("pip install scipy",)


def test_a_broken_archive_is_named_with_both_sums_and_kept(
    cifar10: Path, reading: Reading, offline: None
) -> None:
    archive = cifar10 / CIFAR10.filename
    archive.write_bytes(archive.read_bytes()[:-1])
    with pytest.raises(DataBroken) as raised:
        load_torchvision(make("dataset", "CIFAR10", root=str(cifar10), download=True), reading)
    assert str(archive) in raised.value.message
    assert CIFAR10.tgz_md5 in raised.value.message
    assert archive.exists()


def test_a_broken_extracted_file_is_named(cifar10: Path, reading: Reading) -> None:
    dataset = make("dataset", "CIFAR10", root=str(cifar10))
    load_torchvision(dataset, reading)
    (cifar10 / CIFAR10.base_folder / "data_batch_3").write_bytes(b"\x80")
    with pytest.raises(DataBroken, match="data_batch_3 is broken: its md5 is"):
        load_torchvision(dataset, reading)


def test_a_truncated_idx_file_is_told(mnist: Path, reading: Reading) -> None:
    dataset = make("dataset", "MNIST", root=str(mnist))
    load_torchvision(dataset, reading)
    raw = mnist / "MNIST" / "raw" / "train-images-idx3-ubyte"
    raw.write_bytes(raw.read_bytes()[:100])
    with pytest.raises(DataBroken, match=r"the files of MNIST below .* cannot be read"):
        load_torchvision(dataset, reading)


def test_without_download_what_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataUnavailable, match=r"there is no .*cifar-10-python.tar.gz") as raised:
        look_for(make("dataset", "CIFAR10", root=str(tmp_path)))
    assert raised.value.help[0] == "write download: true"


def test_with_download_a_look_cannot_know_more(tmp_path: Path) -> None:
    look_for(make("dataset", "CIFAR10", root=str(tmp_path), download=True))


def test_a_root_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(DataUnavailable, match="is a file, not a folder"):
        look_for(make("dataset", "CIFAR10", root=str(tmp_path / "data")))


def test_no_connection_leaves_nothing_behind(
    tmp_path: Path, reading: Reading, offline: None
) -> None:
    dataset = make("dataset", "MNIST", root=str(tmp_path), download=True)
    with pytest.raises(NoConnection, match="Connection refused"):
        load_torchvision(dataset, reading)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(MNIST.mirrors) == 2
