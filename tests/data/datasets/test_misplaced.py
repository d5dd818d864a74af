from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.data.datasets.torchvision_sets import check_available, load_torchvision
from cifar_pipe.errors import DataUnavailable


@pytest.fixture
def unpacked(cifar10: Path, context: Context) -> Path:
    """The folder cifar-10-batches-py, without the archive."""
    load_torchvision(make("dataset", "CIFAR10", root=str(cifar10)), context)
    (cifar10 / "cifar-10-python.tar.gz").unlink()
    return cifar10 / "cifar-10-batches-py"


@pytest.mark.parametrize("download", [True, False])
def test_a_root_one_folder_too_deep_is_told_before_anything_is_downloaded(
    unpacked: Path, download: bool
) -> None:
    dataset = make("dataset", "CIFAR10", root=str(unpacked), download=download)
    with pytest.raises(DataUnavailable, match=f"CIFAR10 is below {unpacked.parent}") as caught:
        check_available(dataset)
    assert caught.value.help == (f"write root: {unpacked.parent}",)


def test_a_relative_root_is_answered_by_a_relative_one(
    unpacked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(unpacked.parent.parent)
    dataset = make("dataset", "CIFAR10", root="data/cifar-10-batches-py")
    with pytest.raises(DataUnavailable) as caught:
        check_available(dataset)
    assert caught.value.help == ("write root: data",)


def test_a_root_one_folder_too_high_is_told(unpacked: Path) -> None:
    dataset = make("dataset", "CIFAR10", root=str(unpacked.parent.parent))
    with pytest.raises(DataUnavailable) as caught:
        check_available(dataset)
    assert caught.value.help == (f"write root: {unpacked.parent}",)


def test_a_folder_that_is_partly_unpacked_names_what_is_missing(unpacked: Path) -> None:
    (unpacked / "data_batch_3").unlink()
    dataset = make("dataset", "CIFAR10", root=str(unpacked.parent))
    with pytest.raises(DataUnavailable, match="6 of 7 files; data_batch_3 is missing"):
        check_available(dataset)


@pytest.mark.parametrize("name", ["{}", "{}.gz", "kaggle"])
@pytest.mark.parametrize("below", ["", "archive"])
def test_idx_files_in_root_itself_are_moved(
    mnist: Path, context: Context, name: str, below: str
) -> None:
    for path in list((mnist / "MNIST" / "raw").iterdir()):
        loose = mnist / below / name.format(path.stem)
        content = path.read_bytes()
        if name == "kaggle":  # train-images.idx3-ubyte
            loose = mnist / below / path.stem.replace("-idx", ".idx")
        loose.parent.mkdir(exist_ok=True)
        loose.write_bytes(content if name.endswith("gz") else gzip.decompress(content))
        path.unlink()
    (mnist / "MNIST" / "raw").rmdir()
    dataset = make("dataset", "MNIST", root=str(mnist))
    with pytest.raises(DataUnavailable, match=r"not in .*MNIST/raw") as caught:
        check_available(dataset)
    for line in caught.value.help[1:]:
        _run(line)
    assert len(load_torchvision(dataset, context).by_name["train"]) == 12


def _run(line: str) -> None:
    match line.split():
        case ["mkdir", "-p", folder]:
            Path(folder).mkdir(parents=True, exist_ok=True)
        case ["mv", source, target]:
            Path(source).rename(target)
        case _:
            raise AssertionError(line)


def test_one_file_of_such_a_name_is_another_s(cifar10: Path) -> None:
    (cifar10.parent / "new" / "other").mkdir(parents=True)
    (cifar10.parent / "new" / "other" / "test_batch").touch()
    check_available(make("dataset", "CIFAR10", root=str(cifar10.parent / "new"), download=True))


def test_a_root_without_any_of_the_files_is_left_to_the_download(tmp_path: Path) -> None:
    check_available(make("dataset", "MNIST", root=str(tmp_path / "new"), download=True))
    with pytest.raises(DataUnavailable, match=r"there is no .*train-images-idx3-ubyte\.gz"):
        check_available(make("dataset", "MNIST", root=str(tmp_path)))
