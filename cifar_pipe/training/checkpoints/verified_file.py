"""A file that is known to hold what was written into it, or known to be damaged.

One line of header with the format, its version, and the length and the sha256 of what follows.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from cifar_pipe.errors import OutputError
from cifar_pipe.files import write_with

VERSION = 1


class Damaged(Exception):  # noqa: N818
    """The file is not as it was written, or of another version of the format."""


def write_verified(path: Path, payload: bytes) -> None:
    """What is at `path` afterwards has been read back. Raises OutputError."""
    header = _header(payload)

    def write(file: object) -> None:
        file.write(header)  # type: ignore[attr-defined]
        file.write(payload)  # type: ignore[attr-defined]

    write_with(path, write)
    if path.read_bytes() != header + payload:
        raise OutputError(
            f"{path} does not hold what was written into it", help="check the disk it is on"
        )


def read_verified(path: Path) -> bytes:
    """What was written. Raises Damaged, and OSError where the file cannot be read."""
    header, found, payload = path.read_bytes().partition(b"\n")
    if header + found != _header(payload):
        raise Damaged(path)
    return payload


def _header(payload: bytes) -> bytes:
    digest = hashlib.sha256(payload).hexdigest()
    line = f"cifar-pipe checkpoint {VERSION} length {len(payload)} sha256 {digest}\n"
    return line.encode()
