"""A file that is known to hold what was written into it, or known to be damaged.

One line of header with the format, its version, and the length and the sha256 of what follows.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import IO

from cifar_pipe.errors import OutputError
from cifar_pipe.files import cannot_write, write_with

VERSION = 1
_PIECE = 2**20

Payload = bytes | memoryview


class Damaged(Exception):  # noqa: N818
    """The file is not as it was written, or of another version of the format."""


def write_verified(path: Path, payload: Payload) -> None:
    """What is at `path` afterwards has been read back. Raises OutputError."""
    parts = (_header(payload), payload)

    def write(file: IO[bytes]) -> None:
        for part in parts:
            file.write(part)

    write_with(path, write)
    try:
        with path.open("rb") as file:
            is_right = all(_goes_on_with(file, part) for part in parts) and not file.read(1)
    except OSError as error:
        raise cannot_write(path, error) from error
    if not is_right:
        message = f"{path} does not hold what was written into it"
        raise OutputError(message, help="check the disk that it is on")


def read_verified(path: Path) -> bytes:
    """What was written. Raises Damaged, and OSError where the file cannot be read."""
    header, found, payload = path.read_bytes().partition(b"\n")
    if header + found != _header(payload):
        raise Damaged(path)
    return payload


def _header(payload: Payload) -> bytes:
    digest = hashlib.sha256(payload).hexdigest()
    line = f"cifar-pipe checkpoint {VERSION} length {len(payload)} sha256 {digest}\n"
    return line.encode()


def _goes_on_with(file: IO[bytes], content: Payload) -> bool:
    """In pieces: a checkpoint may be large."""
    whole = memoryview(content)
    pieces = (whole[at : at + _PIECE] for at in range(0, len(whole), _PIECE))
    return all(file.read(len(piece)) == piece for piece in pieces)
