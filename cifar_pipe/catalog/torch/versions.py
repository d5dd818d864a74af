"""The installed versions of PyTorch and torchvision, without importing them."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import distribution

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
    return _read(package)


def _read(package: str) -> str:
    found = distribution(package)
    # Parsing all that is written there of PyTorch takes 5 ms.
    line = re.search(r"^Version: (\S+)$", found.read_text("METADATA") or "", re.MULTILINE)
    return line[1] if line else found.version
