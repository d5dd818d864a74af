"""The calls that change what is on the disk, one function each.

Nothing else in the package creates, writes, renames or deletes a file of a run. So a test can let each
of them fail in turn, or end the process before and after each (tests/crashes).
"""

from __future__ import annotations

import os
from pathlib import Path

_SHARED = 0o666  # less what the umask takes away
_CLOSED_ON_EXEC = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def make_directory(path: Path) -> None:
    """Raises FileExistsError where something has this name."""
    path.mkdir()


def create_file(path: Path) -> int:
    """A handle to read and write a new file; raises FileExistsError where something has this name."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _CLOSED_ON_EXEC, _SHARED)


def open_to_append(path: Path) -> int:
    """A handle that writes at the end of the file, which is made where there is none. Raises OSError for
    a link.
    """
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | _NO_LINK | _CLOSED_ON_EXEC, _SHARED)


def write(handle: int, content: bytes | bytearray | memoryview) -> int:
    """How many bytes were written: perhaps fewer than were given."""
    return os.write(handle, content)


def truncate(handle: int, size: int) -> None:
    os.ftruncate(handle, size)


def sync(handle: int) -> None:
    os.fsync(handle)


def sync_directory(path: Path) -> None:
    """Makes new, renamed and deleted names in it last; Windows cannot."""
    if os.name == "posix":
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def replace(source: Path, target: Path) -> None:
    """Renames a file over another, or a folder to a name that is free or an empty folder's."""
    source.replace(target)


def unlink(path: Path) -> None:
    path.unlink()


def remove_directory(path: Path) -> None:
    """Raises OSError where it is not empty."""
    path.rmdir()
