from __future__ import annotations

import contextlib
import gzip
import io
import random
import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest
from torchvision import datasets
from torchvision.datasets import CIFAR10, MNIST

from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.context import Context
from cifar_pipe.data.datasets.archives import (
    Archive,
    archives_of,
    missing,
    prepare,
    verify_contents,
)
from cifar_pipe.data.datasets.download import NoConnection
from cifar_pipe.data.datasets.torchvision_sets import check_available, load_torchvision
from cifar_pipe.errors import DataBroken, DataUnavailable
from tests.damage import mutated
from tests.data.conftest import md5


def test_only_the_expected_files_leave_an_archive(cifar10: Path, context: Context) -> None:
    load_torchvision(make("dataset", "CIFAR10", root=str(cifar10)), context)
    names = {path.name for path in cifar10.rglob("*")}
    assert "link" not in names
    assert not (cifar10.parent / "escaped").exists()
    assert not [name for name in names if name.endswith((".tmp", ".part"))]


def test_a_broken_archive_is_named_with_both_sums_and_kept(
    cifar10: Path, context: Context, offline: None
) -> None:
    archive = cifar10 / CIFAR10.filename
    archive.write_bytes(archive.read_bytes()[:-1])
    with pytest.raises(DataBroken) as raised:
        load_torchvision(make("dataset", "CIFAR10", root=str(cifar10), download=True), context)
    assert str(archive) in raised.value.message
    assert CIFAR10.tgz_md5 in raised.value.message
    assert archive.exists()


def test_a_broken_extracted_file_is_named(cifar10: Path, context: Context) -> None:
    dataset = make("dataset", "CIFAR10", root=str(cifar10))
    load_torchvision(dataset, context)
    (cifar10 / CIFAR10.base_folder / "data_batch_3").write_bytes(b"\x80")
    with pytest.raises(DataBroken, match="data_batch_3 is broken: its md5 is"):
        load_torchvision(dataset, context)


def test_without_download_what_is_missing_is_reported(tmp_path: Path) -> None:
    with pytest.raises(DataUnavailable, match=r"there is no .*cifar-10-python.tar.gz") as raised:
        check_available(make("dataset", "CIFAR10", root=str(tmp_path)))
    assert raised.value.help[0] == "write download: true"


def test_no_connection_leaves_nothing_behind(
    tmp_path: Path, context: Context, offline: None
) -> None:
    dataset = make("dataset", "MNIST", root=str(tmp_path), download=True)
    with pytest.raises(NoConnection, match="Connection refused"):
        load_torchvision(dataset, context)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(MNIST.mirrors) == 2


def test_an_archive_is_ready_once_all_its_contents_are_there(cifar10: Path) -> None:
    [archive] = archives_of(CIFAR10, cifar10)
    assert archive.path == cifar10 / "cifar-10-python.tar.gz"
    assert not archive.ready()
    assert missing([archive]) == []
    archive.path.unlink()
    assert missing([archive]) == [archive]


def test_contents_that_are_there_need_no_archive(cifar10: Path, context: Context) -> None:
    [archive] = archives_of(CIFAR10, cifar10)
    prepare([archive], context, download=False)
    assert archive.ready()
    archive.path.unlink()
    prepare([archive], context, download=False)
    verify_contents([archive])


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, entry in table_of("dataset").entries.items()
        if entry.address.startswith("torchvision")
    ],
)
def test_every_dataset_has_its_archives_with_addresses_and_checksums(
    name: str, tmp_path: Path
) -> None:
    archives = archives_of(getattr(datasets, name), tmp_path, part="balanced")
    assert archives
    for archive in archives:
        assert all(url.startswith("http") for url in archive.urls)
        assert len(archive.md5) == 32
        assert archive.contents
        assert archive.path.is_relative_to(tmp_path)
        assert all(path.is_relative_to(tmp_path) for path in archive.contents)


def test_a_file_that_is_not_an_archive_is_reported(tmp_path: Path, context: Context) -> None:
    path = tmp_path / "a.tar.gz"
    path.write_bytes(b"words")
    archive = Archive((), path, md5(b"words"), {tmp_path / "a": ("a", None)})
    with pytest.raises(DataBroken, match=r"a\.tar\.gz cannot be unpacked"):
        prepare([archive], context, download=False)


def archive_of(path: Path, content: bytes, **contents: str) -> Archive:
    """One whose checksum is right, whatever it holds."""
    path.write_bytes(content)
    wanted = {path.parent / "out" / name: (member, None) for name, member in contents.items()}
    return Archive(("http://example.org/x",), path, md5(content), wanted)


def tar_of(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for info, content in members:
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


@pytest.mark.parametrize(
    "info",
    [
        member("batch", tarfile.SYMTYPE, "/etc/passwd"),
        member("batch", tarfile.LNKTYPE, "../../secret"),
        member("batch", tarfile.CHRTYPE),
        member("batch", tarfile.FIFOTYPE),
        member("batch", tarfile.DIRTYPE),
        member("/batch"),
        member("../out/batch"),
    ],
)
def test_only_a_plain_file_of_the_very_name_is_taken(
    info: tarfile.TarInfo, tmp_path: Path, context: Context
) -> None:
    archive = archive_of(tmp_path / "x.tar.gz", tar_of((info, b"")), batch="batch")
    with pytest.raises(DataBroken, match="does not contain batch"):
        prepare([archive], context, download=False)
    assert not (tmp_path / "out").exists()


def test_of_two_files_of_one_name_the_last_is_taken_as_tar_does(
    tmp_path: Path, context: Context
) -> None:
    content = tar_of((member("batch"), b"first"), (member("batch"), b"second"))
    prepare([archive_of(tmp_path / "x.tar.gz", content, batch="batch")], context, download=False)
    assert (tmp_path / "out" / "batch").read_bytes() == b"second"


def zip_of(name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, gzip.compress(content))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.tar.gz", tar_of((member("batch"), b"x" * 300))),
        ("x.zip", zip_of("batch", b"x" * 300)),
        ("batch.gz", gzip.compress(b"x" * 300)),
    ],
    ids=["tar", "zip", "gzip"],
)
def test_damaged_archives_are_unpacked_or_reported(
    name: str, content: bytes, tmp_path: Path, context: Context
) -> None:
    generator = random.Random(0)
    for _ in range(150):
        archive = archive_of(tmp_path / name, mutated(content, generator), batch="batch")
        with contextlib.suppress(DataBroken):
            prepare([archive], context, download=False)
        shutil.rmtree(tmp_path / "out", ignore_errors=True)


def test_a_file_that_is_used_as_it_comes_is_hashed_first(tmp_path: Path, context: Context) -> None:
    """torchvision unpacks that of USPS without."""
    path = tmp_path / "usps.bz2"
    path.write_bytes(b"a bomb")
    archive = Archive(
        ("http://example.org/x",), path, md5(b"the digits"), {path: (path.name, None)}
    )
    with pytest.raises(DataBroken, match=r"usps\.bz2 is broken: its md5 is"):
        prepare([archive], context, download=False)
