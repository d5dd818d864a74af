"""What else differs between runs, and is no setting: the data that was found, the machine, the code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cifar_pipe.report.differences.values import NOTHING
from cifar_pipe.report.formatting import count
from cifar_pipe.report.language import _, term
from cifar_pipe.report.run_folder import mapping


@dataclass(frozen=True, slots=True)
class Surrounding:
    """`values` is a text for each run."""

    name: str
    values: tuple[str, ...]


def _data(state: Mapping[str, Any]) -> str:
    data = mapping(state.get("data"))
    if data.get("stand_in"):
        return _("the stand-in {dataset}", dataset=data.get("dataset"))
    return str(data.get("dataset") or NOTHING)


def _images(state: Mapping[str, Any]) -> str:
    data = mapping(state.get("data"))
    sizes = (
        _("{count} {split}", count=count(data[one]), split=term(one))
        for one in ("train", "val", "test")
        if one in data
    )
    return _(", ").join(sizes) or NOTHING


def _version(package: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda state: str(mapping(state.get("versions")).get(package, NOTHING))


def _key(name: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda state: str(state.get(name) or NOTHING)


_ASKED: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "status": lambda state: term(_key("status")(state)),
    "data": _data,
    "images": _images,
    "device": _key("device_name"),
    "engine": _key("engine"),
    "cifar_pipe": _version("cifar_pipe"),
    "torch": _version("torch"),
    "git commit": lambda state: _key("git_commit")(state)[:10],
}


def surroundings(states: Sequence[Mapping[str, Any]]) -> list[Surrounding]:
    """Those that differ between runs, of which `states` are what run.json says."""
    found = (Surrounding(name, tuple(map(of, states))) for name, of in _ASKED.items())
    return [one for one in found if len(set(one.values)) > 1]
