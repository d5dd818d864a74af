"""The paths that a pipeline reads from, which are relative to the current directory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.syntax.nodes import MappingNode, Node, ScalarNode, SequenceNode, to_plain


def with_absolute_paths(pipeline: Pipeline) -> dict[str, Any]:
    """The pipeline after composition as mappings and lists; what it reads is found from anywhere."""
    plain: dict[str, Any] = to_plain(pipeline.root)
    stages = {stage.id: _plain(stage.node, [*_paths(stage)]) for stage in pipeline.stages}
    return {**plain, "stages": {**plain["stages"], **stages}}


def beside_the_file(name: str, path: str, at: Span) -> str | None:
    """The help where what is read is not in the current directory, and is beside the pipeline's file."""
    found = Path(at.source.name).parent / path
    if Path(path).expanduser().exists() or not found.exists():
        return None
    return f"{name} is relative to the current directory, not to the file: write {name}: {found}"


def _paths(stage: Stage) -> Iterator[Node]:
    """The values in the stage's text that are such paths."""
    if isinstance(stage.node, MappingNode):
        for name in stage.spec.READS:
            if name in stage.node.items:
                yield stage.node.items[name].value
    yield from _of_value(stage.spec)


def _of_value(value: Any) -> Iterator[Node]:
    match value:
        case Component(node=MappingNode(items=items)):
            for name, argument in value.given.items():
                if value.entry.args[name].reads:
                    yield items[name].value
                yield from _of_value(argument)
        case BaseModel():
            for name in value.model_fields_set:
                yield from _of_value(getattr(value, name))
        case list():
            for one in value:
                yield from _of_value(one)
        case dict():
            yield from _of_value([*value.values()])


def _plain(node: Node, paths: list[Node]) -> Any:
    match node:
        case ScalarNode(value=str(value)) if any(node is one for one in paths):
            return os.path.abspath(Path(value).expanduser())  # noqa: PTH100 (links stay)
        case SequenceNode(items=items):
            return [_plain(item, paths) for item in items]
        case MappingNode(items=items):
            return {key: _plain(item.value, paths) for key, item in items.items()}
        case _:
            return to_plain(node)
