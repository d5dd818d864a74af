"""Failures that a user can fix, in words."""

from __future__ import annotations

import errno

from cifar_pipe.errors import OutputError, RunError


def failure_of(error: BaseException, stage_id: str | None = None) -> RunError | None:
    """A full disk, a lack of memory, or a file that cannot be read; None for anything else, which is a
    bug.
    """
    where = f"{stage_id}: " if stage_id is not None else ""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return OutputError(f"{where}the disk is full", help="free some room")
    # What cannot be written is an OutputError already.
    if isinstance(error, OSError) and (error.filename is not None or error.errno == errno.EIO):
        what = error.filename if error.filename is not None else "a file"
        help_ = "see that it is there and can be read; the same command then resumes the run"
        return RunError(f"{where}cannot read {what}: {error.strerror}", help=help_)
    if isinstance(error, MemoryError) or _is_out_of_memory(error):
        details = f": {str(error).splitlines()[0]}" if str(error) else ""
        help_ = "a smaller batch_size or a smaller network takes less"
        return RunError(f"{where}out of memory{details}", help=help_)
    return None


def _is_out_of_memory(error: BaseException) -> bool:
    """A GPU's error has a type of its own; the CPU's is known by torch's English alone."""
    return isinstance(error, RuntimeError) and (
        type(error).__name__ == "OutOfMemoryError" or "can't allocate memory" in str(error)
    )
