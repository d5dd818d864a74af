"""The device a run computes on."""

from __future__ import annotations

from collections.abc import Callable

import torch

from cifar_pipe.errors import RunError


def choose(wanted: str) -> str:
    """`auto` is the best there is: cuda:0, else mps, else cpu. `cuda` means cuda:0.

    Raises RunError where the device is not there.
    """
    cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    if wanted == "auto":
        return "cuda:0" if cuda else "mps" if mps else "cpu"
    if wanted.startswith("cuda"):
        number = int(wanted.partition(":")[2] or 0)
        count = torch.cuda.device_count() if cuda else 0
        if number < count:
            return f"cuda:{number}"
        there = "there is no CUDA device here"
        if count:
            there = f"the CUDA devices here are {', '.join(f'cuda:{n}' for n in range(count))}"
        raise RunError(f"the pipeline asks for {wanted}, and {there}", help=_HELP)
    if wanted == "mps" and not mps:
        raise RunError("the pipeline asks for mps, and there is no mps device here", help=_HELP)
    return wanted


def waiting_for(device: str) -> Callable[[], None]:
    """A function that returns when the device has done all that it was asked for."""
    if device.startswith("cuda"):
        return lambda: torch.cuda.synchronize(device)
    return torch.mps.synchronize if device == "mps" else lambda: None


_HELP = "-S runtime.device=auto takes the best device there is"
