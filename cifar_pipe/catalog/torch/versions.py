"""The installed versions of PyTorch and torchvision, without importing them."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from cifar_pipe.catalog.core.entry import Entry

# The versions whose signatures the tables follow; older ones may lack an argument.
MADE_FOR = {"torch": (2, 14), "torchvision": (0, 29)}


def is_older_than_tables(entry: Entry) -> bool:
    """Whether the version of the entry's package is older than the one that the tables follow."""
    package = package_of(entry)
    if package not in MADE_FOR:
        return False
    return tuple(int(part) for part in installed(package).split(".")[:2]) < MADE_FOR[package]


def package_of(entry: Entry) -> str:
    """The package that what is built is imported from."""
    return entry.address.partition(":")[0].partition(".")[0]


@cache
def installed(package: str) -> str:
    """Its version; raises PackageNotFoundError."""
    return _in_name(package) or _read(package)


def _in_name(package: str) -> str | None:
    """As the name of the folder beside the package says it, torch-2.14.1.dist-info: importlib.metadata
    takes 8 ms to import.

    References: https://packaging.python.org/en/latest/specifications/recording-installed-packages/
    """
    found = find_spec(package)
    folders = found.submodule_search_locations if found else None
    pattern = f"{package}-*.dist-info"
    named = [one for folder in folders or () for one in Path(folder).parent.glob(pattern)]
    return named[0].stem.rpartition("-")[2] if len(named) == 1 else None


def _read(package: str) -> str:
    from importlib.metadata import version  # noqa: PLC0415

    return version(package)
