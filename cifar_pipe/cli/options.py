"""Options and arguments that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

File = Annotated[Path, typer.Argument(help="The pipeline file, or `-` for standard input.")]
Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "-S",
        "--set",
        metavar="KEY=VALUE",
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


def memory_limit(memory: str | None) -> Callable[[str], tuple[int, str]] | None:
    """What checks ask for the bytes of a device, and for its name."""
    return None if memory is None else partial(_limit_of, memory)


def _limit_of(memory: str, device: str) -> tuple[int, str]:
    from cifar_pipe.runner.memory import limit_of

    return limit_of(memory, device)
