"""The commands by the modules that have them, in the order in which help lists them.

One is imported, and its options are read, when it is used or listed.
"""

from __future__ import annotations

from collections import UserDict
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from cifar_pipe.cli.terminal import with_only_results

MODULES = {
    "init": "init",
    "run": "run",
    "validate": "validate",
    "status": "status",
    "show": "show",
    "predict": "models.predict",
    "doctor": "data.doctor",
    "serve": "models.serve",
    "export": "models.export",
    "verify": "models.verify",
    "runs": "rundirs.runs",
    "gc": "rundirs.gc",
    "report": "rundirs.report",
    "open": "rundirs.open",
    "compare": "comparison.compare",
    "why": "comparison.why",
    "components": "components",
    "explain": "explain",
    "schema": "schema",
}


class Commands(TyperGroup):
    """All of them, as one group."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = _Imported(MODULES)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return [*self.commands]


class _Imported(UserDict[str, Any]):
    """The commands by name: modules until they are asked for."""

    def __getitem__(self, name: str) -> Any:
        if isinstance(module := self.data[name], str):
            self.data[name] = _imported(name, module)
        return self.data[name]


def _imported(name: str, module: str) -> Any:
    one = typer.Typer(add_completion=False)
    function = import_module(f"cifar_pipe.cli.{module}").command
    one.command(name)(with_only_results(function))
    return get_command(one)
