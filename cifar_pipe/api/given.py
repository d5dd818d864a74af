"""What a caller in Python gives, as the commands take it: a pipeline, and overrides."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cifar_pipe.errors import UsageError
from cifar_pipe.pipeline.assembly import PipelineText
from cifar_pipe.syntax.writer import in_line, pipeline_yaml

Pipeline = str | os.PathLike[str] | Mapping[str, Any]
"""The path of a file, or what a file would hold as a mapping."""
Overrides = Mapping[str, Any] | Sequence[str]
"""`{"train.optimizer.lr": 0.01}`, or as they are written after `-S`: `["train.epochs=1"]`."""


def source_of(pipeline: Pipeline) -> Path | PipelineText:
    """A mapping is written as YAML, and findings point into that. Raises UsageError."""
    if isinstance(pipeline, Mapping):
        return PipelineText(pipeline_yaml(_plain(pipeline, "")))
    if "\n" in (path := os.fspath(pipeline)):
        help_ = "write it to a file, or give what it holds as a mapping"
        raise UsageError("the text of a pipeline was given as a path", help=help_)
    return Path(path)


def overrides_of(overrides: Overrides) -> list[str]:
    """As they are written after `-S`. Raises UsageError."""
    if isinstance(overrides, str):
        message = f"overrides are a mapping or a list, not the text {overrides!r}"
        raise UsageError(message, help=f"overrides=[{overrides!r}]")
    if isinstance(overrides, Mapping):
        return [f"{key}={in_line(_plain(value, key))}" for key, value in overrides.items()]
    return [*overrides]


def _plain(value: Any, place: str) -> Any:
    """Mappings, lists and scalars that YAML has."""
    match value:
        case Mapping():
            for key in value:
                if not isinstance(key, str):
                    raise UsageError(f"{place or 'the pipeline'}: the key {key!r} is not text")
            return {key: _plain(one, f"{place}.{key}".strip(".")) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one, f"{place}.{index}") for index, one in enumerate(value)]
        case os.PathLike():
            return os.fspath(value)
        case None | bool() | int() | str():
            return value
        case float() if math.isfinite(value):
            return value
    message = f"{place}: {value!r} is {type(value).__name__}, which a pipeline cannot hold"
    help_ = "a pipeline holds mappings, lists, texts, finite numbers, True, False and None"
    raise UsageError(message, help=help_)
