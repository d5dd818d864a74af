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

    def invoke(self, ctx: Any) -> Any:
        """Runs the command; what it says of a wrong value is in our words and not in Pydantic's."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            if (words := _in_words(error.__cause__)) is not None:
                error.message = words
            raise

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return [*self.commands]


def _in_words(cause: Any) -> str | None:
    """What is wrong with the value of an option; None where that is not known better."""
    from pydantic import ValidationError

    if not isinstance(cause, ValidationError):
        return None
    first = cause.errors()[0]
    bounds = first.get("ctx", {})
    match first["type"]:
        case "value_error":
            return str(bounds["error"])
        case "int_parsing" | "int_from_float":
            return f"{first['input']!r} is not a whole number."
        case "float_parsing":
            return f"{first['input']!r} is not a number."
        case "greater_than_equal":
            return f"{first['input']} is below {bounds['ge']}."
        case "less_than_equal":
            return f"{first['input']} is above {bounds['le']}."
    return None


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
