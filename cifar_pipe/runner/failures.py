"""Failures that a user can fix, in words."""

from __future__ import annotations

import errno

from cifar_pipe.errors import OutputError, RunError


def failure_of(error: BaseException, stage_id: str) -> RunError | None:
    """A full disk or a lack of memory; None for anything else, which is a bug."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return OutputError(f"{stage_id}: the disk is full", help="free some room")
    if isinstance(error, MemoryError) or _is_out_of_memory(error):
        details = f": {str(error).splitlines()[0]}" if str(error) else ""
        help_ = "a smaller batch_size or a smaller network takes less"
        return RunError(f"{stage_id}: out of memory{details}", help=help_)
    return None


def _is_out_of_memory(error: BaseException) -> bool:
    """A GPU's error has a type of its own; the CPU's is known by torch's English alone."""
    return isinstance(error, RuntimeError) and (
        type(error).__name__ == "OutOfMemoryError" or "can't allocate memory" in str(error)
    )
