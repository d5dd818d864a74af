"""The settings of a pipeline as trackers show them: all that was written, by path."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.pipeline.pipeline import Pipeline


def written_settings(pipeline: Pipeline) -> dict[str, Any]:
    """`{"train.optimizer.lr": 0.01}`. What is written and equals its default is there too, as runs beside
    each other have other values for it; a list is one value, as JSON.
    """
    document = pipeline.document
    found = {"seed": document.seed, **dict(_by_path(_written(document.runtime), "runtime"))}
    for stage in pipeline.stages:
        if stage.type.name != stage.id:
            found[f"{stage.id}.type"] = stage.type.name
        found |= _by_path(_written(stage.spec), stage.id)
    return found


def _written(value: Any) -> Any:
    match value:
        case Component():
            return {"type": value.name, **_all_written({**value.common, **value.given})}
        case BaseModel():
            fields = type(value).model_fields
            names = (name for name in fields if name in value.model_fields_set)
            return _all_written({name.strip("_"): getattr(value, name) for name in names})
        case Mapping():
            return _all_written(value)
        case list() | tuple():
            return [_written(one) for one in value]
        case Path():
            return str(value)
        case _:
            return value


def _all_written(values: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): _written(one) for name, one in values.items() if one is not None}


def _by_path(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    match value:
        case Mapping():
            for name, one in value.items():
                yield from _by_path(one, f"{path}.{name}")
        case bool() | int() | float() | str():
            yield path, value
        case _:
            yield path, json.dumps(value, ensure_ascii=False, default=str)
