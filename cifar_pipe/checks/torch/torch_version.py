"""Components and arguments that the installed PyTorch does not have."""

from __future__ import annotations

from collections.abc import Iterator

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.torch.versions import is_older_than_tables
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.diagnostics.problem import Path, Problem

CODES = ("torch-version",)
NEEDS_TORCH = True


def check(context: CheckContext) -> None:
    for stage in context.pipeline.stages:
        for path, component in components_in(stage.spec):
            if missing := missing_part(component):
                context.report(stage, Problem(missing, path, "torch-version"))
                # What PyTorch says of it would be the same mistake once more.
                context.exclude(stage)


def missing_part(component: Component) -> str | None:
    """What the installed version lacks for this component, in a sentence, or None."""
    if not is_older_than_tables(component.entry):
        return None
    from cifar_pipe.catalog.torch.build import check_installed  # noqa: PLC0415 (torch)

    return check_installed(component)


def components_in(value: object, path: Path = ()) -> Iterator[tuple[Path, Component]]:
    """Every component in a stage's settings, those in lists and in arguments included."""
    match value:
        case Component():
            yield path, value
            yield from components_in({**value.common, **value.given}, path)
        case list() | tuple():
            for index, item in enumerate(value):
                yield from components_in(item, (*path, index))
        case dict():
            for key, item in value.items():
                yield from components_in(item, (*path, key))
        case _ if hasattr(value, "model_fields_set"):
            for name in value.model_fields_set:
                yield from components_in(getattr(value, name), (*path, name))
