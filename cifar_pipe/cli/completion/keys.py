"""What a shell completes of a pipeline: its stages, and the keys that -S changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from cifar_pipe.pipeline.pipeline import Pipeline


def stages(ctx: typer.Context, incomplete: str) -> list[str]:
    """The ids of the stages of the pipeline in the command."""
    pipeline = _pipeline(ctx)
    ids = [stage.id for stage in pipeline.stages] if pipeline else []
    return [one for one in ids if one.startswith(incomplete)]


def overrides(ctx: typer.Context, incomplete: str) -> list[str]:
    """`train.optimizer.lr=`, and with a `=` what the key takes, where that is a name."""
    pipeline = _pipeline(ctx)
    if pipeline is None:
        return []
    key, equals, _ = incomplete.partition("=")
    found = dict(_keys(pipeline))
    if not equals:
        return [f"{path}=" for path in found if path.startswith(incomplete)]
    values = _values(found[key]) if key in found else ()
    return [full for value in values if (full := f"{key}={value}").startswith(incomplete)]


def _pipeline(ctx: typer.Context) -> Pipeline | None:
    from cifar_pipe.checks.check import typed
    from cifar_pipe.diagnostics.findings import Findings
    from cifar_pipe.errors import CifarPipeError

    # Where the last option still waits for its value, no argument has been given its name.
    named = [ctx.params.get("file"), ctx.params.get("what"), *(ctx.params.get("files") or ())]
    given = next((one for one in (*named, *ctx.args) if one and Path(one).is_file()), None)
    try:
        return typed(Path(given), [], Findings()) if given else None
    except CifarPipeError:
        return None


def _keys(pipeline: Pipeline) -> Iterator[tuple[str, Any]]:
    """Each path of a value with its type: those of the stages first."""
    from cifar_pipe.pipeline.document import Document

    for stage in pipeline.stages:
        yield from _of_model(stage.id, type(stage.spec), stage.spec)
    yield from _of_model("", Document, pipeline.document)


def _of_model(path: str, model: Any, values: Any) -> Iterator[tuple[str, Any]]:
    """The fields, and what is inside of those that hold components or models."""
    from pydantic import BaseModel

    from cifar_pipe.catalog.core.annotations import type_of

    for name, field in model.model_fields.items():
        inner = f"{path}.{field.alias or name}".lstrip(".")
        match getattr(values, name, None):
            case BaseModel() as value if path == "":
                yield from _of_model(inner, type(value), value)
            case value:
                yield inner, type_of(field)
                yield from _inside(inner, value)


def _inside(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    from cifar_pipe.catalog.core.component import Component

    match value:
        case Component():
            for name, arg in value.entry.args.items():
                yield f"{path}.{name}", arg.type
        case list():
            for index, item in enumerate(value):
                if isinstance(item, Component):
                    yield from _inside(f"{path}.{item.common.get('id') or index}", item)


def _values(annotation: Any) -> Iterator[str]:
    """Names of components, words, true and false."""
    from cifar_pipe.catalog.core.annotations import allowed_words, bare, kind_of, parts
    from cifar_pipe.catalog.core.lookup import names_of

    if kind := kind_of(annotation):
        yield from names_of(kind)
        return
    yield from map(str, allowed_words(annotation))
    if any(bare(part) is bool for part in parts(annotation)):
        yield from ("true", "false")
