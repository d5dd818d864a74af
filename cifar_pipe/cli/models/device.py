"""The option --device of what computes with a trained network."""

from __future__ import annotations

import re
from typing import Annotated

import typer

Device = Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1, mps.")]


def device_named(wanted: str) -> str:
    """Raises UsageError for what is no device, or not here."""
    from cifar_pipe.errors import RunError, UsageError
    from cifar_pipe.runner.device import choose

    help_ = "--device auto takes the best device there is"
    if re.fullmatch(r"auto|cpu|mps|cuda(:\d+)?", wanted) is None:
        message = f"--device is {wanted}; it may be auto, cpu, cuda, cuda:1, mps"
        raise UsageError(message, help=help_)
    try:
        return choose(wanted)
    except RunError as error:
        raise UsageError(f"there is no device {wanted} here", help=help_) from error
