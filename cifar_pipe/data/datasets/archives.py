"""The archives that downloadable datasets come in: their addresses, checksums and contents."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path, PurePosixPath
from typing import IO, Any

from cifar_pipe.context import Context
from cifar_pipe.data.datasets.download import OTHER_ROOT, fetch, md5_of
from cifar_pipe.diagnostics.suggest import some
from cifar_pipe.errors import DataBroken, DataUnavailable
from cifar_pipe.files import write_with

Source = IO[bytes] | gzip.GzipFile

_SPLITS = ("train", "test")
_BLOCK = 1 << 20
# What the modules of Python raise for broken archives, and for what they do not know.
_UNREADABLE = (
    *(tarfile.TarError, zipfile.BadZipFile, zlib.error),
    *(EOFError, OSError, ValueError, RuntimeError),
)


@dataclass(frozen=True)
class Archive:
    """One file to download. `contents` are the files that it contains, each with its name
    within a tar archive and its md5 where that is published; a file that is used as it comes is
    its own content.
    """

    urls: tuple[str, ...]
    path: Path
    md5: str
    contents: Mapping[Path, tuple[str, str | None]]

    def ready(self) -> bool:
        return all(path.is_file() for path in self.contents)


def archives_of(dataset: Any, root: Path, *, part: str | None = None) -> list[Archive]:
    """What torchvision's dataset class says of its files: addresses, checksums, places.

    `part` is the one to read of a dataset that has several in one archive.
    """
    name, raw = dataset.__name__, root / dataset.__name__ / "raw"
    match name:
        case "CIFAR10" | "CIFAR100" | "STL10":
            return [_tar(dataset, root)]
        case "MNIST" | "FashionMNIST" | "KMNIST":
            return [
                _gzipped([mirror + name for mirror in dataset.mirrors], raw / name, md5)
                for name, md5 in dataset.resources
            ]
        case "QMNIST":
            files = (file for split in _SPLITS for file in dataset.resources[split])
            return [_gzipped([url], raw / PurePosixPath(url).name, md5) for url, md5 in files]
        case "EMNIST":
            return [_zip(dataset, raw, part)]
        case "SVHN" | "USPS":
            splits = (dataset.split_list[split] for split in _SPLITS)
            return [
                Archive((url,), root / name, md5, {root / name: (name, md5)})
                for url, name, md5 in splits
            ]
    raise AssertionError(dataset)


def _tar(dataset: Any, root: Path) -> Archive:
    members = [*dataset.train_list, *dataset.test_list]
    if hasattr(dataset, "meta"):
        members.append([dataset.meta["filename"], dataset.meta["md5"]])
    folder = dataset.base_folder
    contents = {root / folder / name: (f"{folder}/{name}", md5) for name, md5 in members}
    return Archive((dataset.url,), root / dataset.filename, dataset.tgz_md5, contents)


def _zip(dataset: Any, raw: Path, part: str | None) -> Archive:
    """One zip file of all alphabets, in which each file is gzipped."""
    kinds = product(_SPLITS, ("images-idx3", "labels-idx1"))
    names = [f"emnist-{part}-{split}-{kind}-ubyte" for split, kind in kinds]
    contents = {raw / name: (f"gzip/{name}.gz", None) for name in names}
    return Archive((dataset.url,), raw / PurePosixPath(dataset.url).name, dataset.md5, contents)


def _gzipped(urls: Sequence[str], path: Path, md5: str) -> Archive:
    return Archive(tuple(urls), path, md5, {path.with_suffix(""): (path.stem, None)})


def missing(archives: list[Archive]) -> list[Archive]:
    """Those of which neither the archive nor all its contents are on disk."""
    return [one for one in archives if not one.ready() and not one.path.is_file()]


def prepare(archives: list[Archive], context: Context, *, download: bool) -> None:
    """Puts all contents in their places, from the archives that are there or the network.

    Raises DataUnavailable, DataBroken, and NoConnection as `download.fetch` does.
    """
    for archive in archives:
        if archive.ready():
            if archive.path in archive.contents:
                # Used as it comes: torchvision unpacks that of USPS without a look at its md5.
                verify(archive.path, archive.md5)
            continue
        if archive.path.is_file():
            verify(archive.path, archive.md5)
        elif download:
            fetch(archive.urls, archive.path, context, md5=archive.md5)
        else:
            raise not_on_disk(archive)
        _extract(archive)


def not_on_disk(archive: Archive) -> DataUnavailable:
    absent = [path for path in archive.contents if not path.is_file()]
    there = len(archive.contents) - len(absent)
    if there:
        names = some([path.name for path in absent])
        return DataUnavailable(
            f"{absent[0].parent} has {there} of {len(archive.contents)} files; {names} "
            f"{'is' if len(absent) == 1 else 'are'} missing",
            help=("write download: true", f"or unpack {archive.path.name} there again, all of it"),
        )
    return DataUnavailable(
        f"there is no {archive.path}, and download is false",
        help=("write download: true", f"or put it there by hand, from {archive.urls[0]}"),
    )


def verify(path: Path, md5: str) -> None:
    """Raises DataBroken where the file's md5 is different."""
    with path.open("rb") as file:
        _compare(path, md5_of(file), md5)


def read_verified(path: Path, md5: str) -> bytes:
    """The file's content. Raises DataBroken where its md5 is different."""
    content = path.read_bytes()
    _compare(path, md5_of(io.BytesIO(content)), md5)
    return content


def _compare(path: Path, found: str, md5: str) -> None:
    if found != md5:
        raise DataBroken(
            f"{path} is broken: its md5 is {found}, not {md5}",
            help="delete it, and it is downloaded or extracted again",
        )


def verify_contents(archives: list[Archive]) -> None:
    for archive in archives:
        for path, (_, md5) in archive.contents.items():
            if md5 is not None:
                verify(path, md5)


def _extract(archive: Archive) -> None:
    try:
        for path, source in _members(archive):
            write_with(path, partial(_copy, source), help=OTHER_ROOT)
    except _UNREADABLE as error:
        raise DataBroken(f"{archive.path} cannot be unpacked: {error}") from error
    if not archive.ready():
        absent = next(path for path in archive.contents if not path.is_file())
        raise DataBroken(f"{archive.path} does not contain {absent.name}")


def _copy(source: Source, target: IO[bytes]) -> None:
    while block := _read(source):
        target.write(block)


def _read(source: Source) -> bytes:
    try:
        return source.read(_BLOCK)
    except OSError as error:
        # Errors of writing are of this type, too.
        raise EOFError(*error.args) from error


def _members(archive: Archive) -> Iterator[tuple[Path, Source]]:
    """The contents as open files. Only plain files whose names are expected leave an archive, so no
    link and no path in it can write outside the root.
    """
    if archive.path.suffixes[-2:] == [".tar", ".gz"]:
        wanted = {name: path for path, (name, _) in archive.contents.items()}
        with tarfile.open(archive.path) as tar:
            for member in tar:
                if member.isreg() and member.name in wanted:
                    file = tar.extractfile(member)
                    assert file is not None
                    yield wanted[member.name], file
    elif archive.path.suffix == ".zip":
        with zipfile.ZipFile(archive.path) as whole:
            for path, (name, _) in archive.contents.items():
                if name in whole.namelist():
                    with whole.open(name) as packed, gzip.open(packed) as unpacked:
                        yield path, unpacked
    elif archive.path not in archive.contents:
        with gzip.open(archive.path) as unpacked:
            yield next(iter(archive.contents)), unpacked
