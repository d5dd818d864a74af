"""How much memory there is: a device's, or what the command line says."""

from __future__ import annotations

import os
import re
from pathlib import Path

import torch

from cifar_pipe.errors import UsageError
from cifar_pipe.runner import device as devices

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B?", re.IGNORECASE)
_MEMINFO = Path("/proc/meminfo")


def limit_of(text: str, wanted_device: str) -> tuple[int, str]:
    """Bytes, and the name of what has them; `text` is `device`, which a run would take, or a size: 8GiB.

    Raises UsageError for anything else, RunError where the device is not there.
    """
    if text == "device":
        device = devices.choose(wanted_device)
        return of_device(device), device
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        message = f"--memory takes `device` or a size, not {text}"
        raise UsageError(message, help="for instance --memory 8GiB")
    number, unit, binary = match.groups()
    factor = (1024 if binary else 1000) ** ("", "K", "M", "G", "T").index(unit.upper())
    return int(float(number) * factor), "the device"


def of_device(device: str) -> int:
    """Bytes that are free on the device now."""
    if device.startswith("cuda"):
        return int(torch.cuda.mem_get_info(device)[0])
    if device == "mps":
        return int(torch.mps.recommended_max_memory())
    known = _MEMINFO.read_text() if _MEMINFO.exists() else ""
    if available := re.search(r"MemAvailable:\s+(\d+) kB", known):
        return int(available[1]) * 2**10
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
