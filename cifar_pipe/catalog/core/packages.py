"""What stands for the code of other packages: the results of their components depend on it.

Our own code has a number in each stage. That of a package is its version, and all of its Python files, as
one that is being written changes under one version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.entry import Entry
from cifar_pipe.catalog.core.lookup import plugin_of

# Their versions change no result by more than rounding, and their files are many.
_LIBRARIES = ("torch", "torchvision", "timm")


def packages_in(value: Any) -> dict[str, str]:
    """The packages of all components in the value that are not our own, each with a digest of its code."""
    found = {name: entry for one in _components(value) for name, entry in _added(one)}
    return {name: code_digest(name, entry.address) for name, entry in sorted(found.items())}


def code_digest(package: str, address: str) -> str:
    """What stands for the code of a package; the address, `module.part:name`, is of something in it."""
    return _digest(package, address.partition(":")[0].partition(".")[0])


def package_of(component: Component) -> str | None:
    """The package that adds the component; None of our own."""
    plugin = plugin_of(component.kind, component.name)
    return plugin.package if plugin else None


def _added(component: Component) -> Iterator[tuple[str, Entry]]:
    if package := package_of(component):
        yield package, component.entry


def _components(value: Any) -> Iterator[Component]:
    match value:
        case Component():
            yield value
            yield from _components([*value.given.values(), *value.common.values()])
        case BaseModel():
            yield from _components([getattr(value, name) for name in type(value).model_fields])
        case Mapping():
            yield from _components([*value.values()])
        case list() | tuple():
            for one in value:
                yield from _components(one)


@cache
def _digest(package: str, module: str) -> str:
    """As this process imports it: looked at once."""
    try:
        whole = hashlib.sha256(version(package).encode())
    except PackageNotFoundError:
        whole = hashlib.sha256()
    for path in _files(module):
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def _files(module: str) -> list[Path]:
    spec = None if module in _LIBRARIES else find_spec(module)
    if spec is None:
        return []
    folders = [Path(one) for one in spec.submodule_search_locations or ()]
    if not folders and spec.origin and Path(spec.origin).is_file():
        return [Path(spec.origin)]
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def forget() -> None:
    """For tests, which change packages while they run."""
    _digest.cache_clear()
