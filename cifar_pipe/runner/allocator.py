"""What the C library does with memory that is freed."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress

from cifar_pipe.data.image_files.memory import most_memory

# Of malloc.h. Allocations from this size on are given back to the system when they are freed, and so is what is free
# at the end of the heap, from that size on, or from a share of what a process may take.
_M_TRIM_THRESHOLD, _TRIM = -1, 512 << 20
# Before 2.35 glibc takes no more than 32 MB.
_M_MMAP_THRESHOLD, _MMAP = -3, (64 << 20, 32 << 20)
_SHARE = 8


def keep_freed_memory() -> None:
    """Has freed memory used again, where the C library is glibc and no variable of its own says otherwise.

    By default it gives all blocks of more than 32 MB, and the end of the heap, back to the system, which then makes the
    pages of each batch and of each layer's outputs anew and fills them with zeros.
    """
    tunables = os.environ.get("GLIBC_TUNABLES", "")
    if "glibc.malloc." in tunables or any(name.startswith("MALLOC_") for name in os.environ):
        return
    # Others have no such function; Windows has no library of this name.
    with suppress(AttributeError, OSError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        if not any(mallopt(_M_MMAP_THRESHOLD, size) for size in _MMAP):
            # With the other one alone, blocks of 128 kB would be given back.
            return
        mallopt(_M_TRIM_THRESHOLD, min(_TRIM, (most_memory() or _TRIM * _SHARE) // _SHARE))
