"""A lock on an open file that the kernel frees when the process ends, however it ends."""

from __future__ import annotations

import os
import sys
import time
from typing import IO

from cifar_pipe import disk
from cifar_pipe.files import write_all

_ATTEMPTS, _PAUSE = 5, 0.02  # seconds

if sys.platform == "win32":
    import msvcrt

    def try_lock(file: IO[str]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def try_lock(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def take(file: IO[str]) -> bool:
    """Locks the file and writes this process's number into it; False where another has the lock."""
    if not try_lock(file):
        return False
    disk.truncate(file.fileno(), 0)
    write_all(file.fileno(), f"{os.getpid()}\n".encode())
    return True


def holder_of(file: IO[str]) -> str:
    """The number of the process that has taken the lock, where it is known."""
    for attempt in range(_ATTEMPTS):
        # It may not have written it yet.
        time.sleep(_PAUSE if attempt else 0)
        file.seek(0)
        if (found := file.read().strip()).isdigit() and _is_alive(int(found)):
            break
    return found


def _is_alive(process: int) -> bool:
    """Also where that cannot be found out."""
    try:
        os.kill(process, 0) if os.name == "posix" else None
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass
    return True
