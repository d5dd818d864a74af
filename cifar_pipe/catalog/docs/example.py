"""The shortest valid way to write a component."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError

from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.core.entry import REQUIRED, Entry, Kind
from cifar_pipe.catalog.core.facts import LayerFacts

# Values that people would write for an argument of one component, or of all; used where the
# argument's type takes them.
_TYPICAL: Mapping[str, Any] = {
    "Fold.output_size": 32,
    "timm.name": "resnet50d",
    "SequentialLR.milestones": [5],
    "T_0": 10,
    "base_lr": 0.001,
    "block_size": 3,
    "degrees": 15,
    "dim": 1,
    "dims": [0, 2, 3, 1],
    "file": "labels.csv",
    "gamma": 0.9,
    "kernel_size": 3,
    "layers": ["BatchNorm2d", "ReLU"],
    "max_lr": 0.1,
    "nhead": 8,
    "num_classes": 10,
    "num_groups": 4,
    "num_heads": 4,
    "of": "conv1",
    "milestones": [30, 60],
    "minutes": 10,
    "out_channels": 16,
    "out_features": 10,
    "output_size": 1,
    "padding": 1,
    "pattern": r"(?P<label>[a-z]+)_\d+\.jpg",
    "root": "data",
    "schedulers": ["LinearLR", "CosineAnnealingLR"],
    "size": 32,
    "split_column": "split",
    "start": 8,
    "step_size": 30,
    "test_split": 0.2,
    "threshold": 0,
    "unflattened_size": [16, 5, 5],
    "value": 0,
}
# Arguments with a default that are usually set first.
_FIRST = ("lr", "p", "negative_slope", "num_classes", "k")
_ANY: tuple[Any, ...] = (2, 0.5, True, [0.5, 0.5, 0.5], [2, 2], [3, 32, 32], "data")
_BELOW: Mapping[Kind, str] = {
    "layer": "- ",
    "transform": "- ",
    "callback": "- ",
    "metric": "- ",
    "tracker": "- ",
}


def takes_bare_name(entry: Entry) -> bool:
    """Whether the name alone is a valid component: none of its arguments has to be written."""
    return not _errors(entry, {})


def example_arguments(entry: Entry) -> dict[str, Any]:
    """Arguments with which the component is valid: those that have to be written, and no more."""
    return next(one for one in _candidates(entry) if not _errors(entry, one))


def example_line(entry: Entry) -> str:
    """The component as a line of YAML: `- {type: Linear, out_features: 10}`."""
    usually_set = {
        name: _TYPICAL.get(name, arg.default) for name, arg in entry.args.items() if name in _FIRST
    }
    arguments = example_arguments(entry) or usually_set
    if isinstance(entry.facts, LayerFacts) and entry.facts.joins:
        arguments = {"input": ["conv1", "conv2"], **arguments}
    pairs = "".join(f", {name}: {yaml_value(value)}" for name, value in arguments.items())
    written = f"{{type: {entry.name}{pairs}}}" if pairs else entry.name
    return _BELOW.get(entry.kind, f"{entry.kind}: ") + written


def yaml_value(value: Any) -> str:
    """A plain value in YAML's flow style."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case list() | tuple():
            return f"[{', '.join(map(yaml_value, value))}]"
        case dict():
            return f"{{{', '.join(f'{key}: {yaml_value(one)}' for key, one in value.items())}}}"
        case float():
            return f"{value:.4g}" if len(repr(value)) > 8 else repr(value)
        case str() if set(value) & set("[]{},#"):
            return f"'{value}'"
        case _:
            return str(value)


def _candidates(entry: Entry) -> Iterator[dict[str, Any]]:
    """What is required; then, for rules that ask for one more, the same with each other argument."""
    needed = {
        name: _value(entry, name)
        for name, arg in entry.args.items()
        if arg.default is REQUIRED and not arg.inferred
    }
    yield needed
    for name in entry.args:
        if name not in needed:
            yield {**needed, name: _value(entry, name)}


def _value(entry: Entry, name: str) -> Any:
    type_ = entry.args[name].type
    words = get_args(type_) if get_origin(type_) is Literal else ()
    typical = tuple(_TYPICAL[key] for key in (f"{entry.name}.{name}", name) if key in _TYPICAL)
    for value in (*words, *typical, *_ANY):
        if not any(name in loc for loc in _errors(entry, {name: value})):
            return value
    return None


def _errors(entry: Entry, arguments: Mapping[str, Any]) -> list[tuple[int | str, ...]]:
    try:
        make(entry.kind, entry.name, **arguments)
    except ValidationError as error:
        return [one["loc"] for one in error.errors(include_url=False)]
    return []
