"""Files that are whole or not there: a reader never finds half of one.

Temporary file beside the target, fsync, os.replace, fsync of the directory: SIGKILL at any moment
leaves the old file or the new one.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from cifar_pipe.errors import OutputError

_OTHER_PLACE = "free some space, or choose another place with --run-dir"


def write_with(
    path: Path,
    writer: Callable[[IO[bytes]], object],
    *,
    help: str = _OTHER_PLACE,  # noqa: A002
) -> None:
    """Gives `writer` a binary file; what it wrote is at `path` when this returns.

    Raises OutputError, with `help`, where the disk is full or the place cannot be written.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A part of the name: the longest name allowed would be too long with the rest.
        prefix = f".{path.name[:32]}."
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=prefix, suffix=".tmp")
        with os.fdopen(handle, "w+b") as file:
            writer(file)
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        Path(temporary).chmod(0o666 & ~mask)
        Path(temporary).replace(path)
        temporary = None
        _sync_directory(path.parent)
    except OSError as error:
        raise cannot_write(path, error, help=help) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()


def cannot_write(path: Path, error: OSError, *, help: str = _OTHER_PLACE) -> OutputError:  # noqa: A002
    return OutputError(f"cannot write {path}: {error.strerror or error}", help=help)


def write_bytes(path: Path, content: bytes) -> None:
    write_with(path, lambda file: file.write(content))


def write_text(path: Path, text: str) -> None:
    r"""As UTF-8; the bytes of a file name that are not (`\udce9` in text) are written as escapes."""
    write_bytes(path, text.encode(errors="backslashreplace"))


def write_json(path: Path, value: Any) -> None:
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def _sync_directory(folder: Path) -> None:
    # Windows cannot open directories; there os.replace alone has to do.
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
