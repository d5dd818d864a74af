"""Options and arguments that several commands share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from cifar_pipe.cli.completion import keys
from cifar_pipe.cli.completion.files import pipeline_files, runs

File = Annotated[
    Path,
    typer.Argument(
        help="The pipeline file, or `-` for standard input.", autocompletion=pipeline_files
    ),
]
Run = Annotated[
    str,
    typer.Argument(
        help="A run directory, or the name of a pipeline: its newest run.", autocompletion=runs
    ),
]
Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "-S",
        "--set",
        metavar="KEY=VALUE",
        autocompletion=keys.overrides,
        help="Change a value: -S train.epochs=1. The value is YAML; can be given several times.",
    ),
]
Memory = Annotated[
    str | None,
    typer.Option(
        metavar="SIZE|device",
        help="Check that each stage fits into this much memory (8GiB), or into the memory of the device, "
        "and tell the largest batch that does.",
    ),
]


class Language(StrEnum):
    EN = "en"
    ZH = "zh"


LanguageOfRuns = Annotated[
    Language | None,
    typer.Option(
        help="The page's language; without it that of the runs' own, English where they differ."
    ),
]
HashData = Annotated[
    bool,
    typer.Option(
        "--hash-data",
        help="Look into every file of the data to know whether it has changed, not at its time.",
    ),
]


def memory_limit(memory: str | None) -> Callable[[str], tuple[int, str]] | None:
    """What checks ask for the bytes of a device, and for its name."""
    return None if memory is None else partial(_limit_of, memory)


def _limit_of(memory: str, device: str) -> tuple[int, str]:
    from cifar_pipe.runner.memory import limit_of

    return limit_of(memory, device)


def with_optional_values(arguments: Sequence[str]) -> list[str]:
    """The arguments with `--force` as `--force *` where no id of a stage follows: typer knows no options
    whose value may be left out.
    """
    return [*_completed(arguments)]


def _completed(arguments: Sequence[str]) -> Iterator[str]:
    if "--force" not in arguments:
        return iter(arguments)
    return _with_value(arguments)


def _with_value(arguments: Sequence[str]) -> Iterator[str]:
    from cifar_pipe.runner.planning.selection import ALL

    following = [*arguments[1:], ""]
    for argument, after in zip(arguments, following, strict=True):
        yield argument
        if argument == "--force" and re.fullmatch(r"[a-z][a-z0-9_]*", after) is None:
            yield ALL
