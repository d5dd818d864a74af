"""How much memory there is: a device's, or what the command line says."""

from __future__ import annotations

import re

from cifar_pipe.errors import UsageError
from cifar_pipe.runner import device as devices
from cifar_pipe.training.device_memory import free_memory

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B?", re.IGNORECASE)


def limit_of(text: str, wanted_device: str) -> tuple[int, str]:
    """Bytes, and the name of what has them; `text` is `device`, which a run would take, or a size: 8GiB.

    Raises UsageError for anything else, RunError where the device is not there.
    """
    if text == "device":
        device = devices.choose(wanted_device)
        return free_memory(device), device
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        message = f"--memory takes `device` or a size, not {text}"
        raise UsageError(message, help="for instance --memory 8GiB")
    number, unit, binary = match.groups()
    factor = (1024 if binary else 1000) ** ("", "K", "M", "G", "T").index(unit.upper())
    return int(float(number) * factor), "the device"
