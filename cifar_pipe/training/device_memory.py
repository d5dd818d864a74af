"""What a device is called, how much memory it has, and whether an error says that it had too little."""

from __future__ import annotations

import os
import re
from pathlib import Path

import torch

_MEMINFO = Path("/proc/meminfo")
# PyTorch has a class for the errors of its own allocator; those of Metal and cuBLAS have words.
_WORDS = ("out of memory", "ALLOC_FAILED")


def device_name(device: str) -> str:
    """For people, and to tell one GPU from another: NVIDIA H200."""
    return torch.cuda.get_device_name(device) if device.startswith("cuda") else device


def free_memory(device: str) -> int:
    """Bytes that are free on the device now."""
    if device.startswith("cuda"):
        return int(torch.cuda.mem_get_info(device)[0])
    if device == "mps":
        return int(torch.mps.recommended_max_memory())
    known = _MEMINFO.read_text() if _MEMINFO.exists() else ""
    if available := re.search(r"MemAvailable:\s+(\d+) kB", known):
        return int(available[1]) * 2**10
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def is_out_of_memory(error: RuntimeError) -> bool:
    return isinstance(error, torch.OutOfMemoryError) or any(one in str(error) for one in _WORDS)
