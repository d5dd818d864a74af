"""Where the files of an uncompressed tar archive are in it: read by their headers alone.

POSIX.1-1988 (ustar), POSIX.1-2001 (pax) and GNU's long names, https://www.gnu.org/software/tar/manual/html_node/Standard.html.
Python's tarfile takes 44 µs for each member, longer than its image takes to decode; this takes 11 µs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_BLOCK = 512
_LONGEST_HEADER = 1 << 16  # bytes of names and other records of one file
_REGULAR = (b"0", b"\0", b"7")
_COMPRESSED = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"(\xb5/\xfd": "zstd"}


class Member(NamedTuple):
    """A plain file: `offset` is where its content begins, in bytes, and `size` how long it is."""

    name: str
    offset: int
    size: int


class BrokenTarError(Exception):
    """The message says what is wrong with the file, and goes on after its name."""


def members(path: str | Path) -> Iterator[Member]:
    """The plain files of an archive, in order. Links, folders and devices are left out.

    Raises BrokenTarError for what is no whole archive, and OSError.
    """
    file = os.open(path, os.O_RDONLY)
    try:
        yield from _members(file, os.fstat(file).st_size)
    finally:
        os.close(file)


def _members(file: int, end: int) -> Iterator[Member]:
    at, name, size = 0, "", None
    while True:
        header = os.pread(file, _BLOCK, at)
        if at and len(header) < _BLOCK:
            raise BrokenTarError("is cut short")
        # Blocks of zeros are its end.
        if header and not header.strip(b"\0"):
            return
        _check(header, at)
        kind, length = header[156:157], _number(header[124:136])
        if kind in _REGULAR and size is not None:
            length = size
        content, at = at + _BLOCK, at + _BLOCK + -(-length // _BLOCK) * _BLOCK
        if content + length > end:
            raise BrokenTarError("is cut short")
        if kind in (b"x", b"L"):
            if length > _LONGEST_HEADER:
                raise BrokenTarError(f"has a header of {length:,} bytes")
            record = os.pread(file, length, content)
            if kind == b"L":
                name = _text(record.partition(b"\0")[0])
            else:
                records = _records(record)
                name = records.get("path", name)
                size = _whole(records["size"]) if "size" in records else size
                if any(key.startswith("GNU.sparse") for key in records):
                    raise BrokenTarError("has a sparse file, which is not read")
            continue
        if kind == b"S":
            raise BrokenTarError("has a sparse file, which is not read")
        if kind in _REGULAR:
            yield Member(name or _name(header), content, length)
        if kind not in (b"g", b"K"):
            name, size = "", None


def _check(header: bytes, at: int) -> None:
    """Raises BrokenTarError where it is no header: its sum is in it."""
    if at == 0:
        for beginning, words in _COMPRESSED.items():
            if header.startswith(beginning):
                raise BrokenTarError(f"is compressed with {words}: it cannot be read by offset")
    try:
        right = len(header) == _BLOCK and _number(header[148:156]) == _sum(header)
    except BrokenTarError:
        right = False
    if not right:
        raise BrokenTarError("is not a tar archive" if at == 0 else f"is damaged at byte {at:,}")


def _sum(header: bytes) -> int:
    """Of its bytes, with blanks in place of the sum itself."""
    return sum(header[:148]) + sum(header[156:]) + 8 * ord(" ")


def _number(field: bytes) -> int:
    """In octal, or, where it is too large for that, binary."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    return _whole(field.strip(b"\0 ").decode("latin-1") or "0", base=8)


def _whole(digits: str, base: int = 10) -> int:
    if not digits.isascii() or not digits.isdigit() or len(digits) > 20:
        raise BrokenTarError("has a header that is damaged")
    try:
        return int(digits, base)
    except ValueError:
        raise BrokenTarError("has a header that is damaged") from None


def _name(header: bytes) -> str:
    name, prefix = (header[a:b].partition(b"\0")[0] for a, b in ((0, 100), (345, 500)))
    is_posix = header[257:263] == b"ustar\0"
    return _text(prefix + b"/" + name if is_posix and prefix else name)


def _records(content: bytes) -> dict[str, str]:
    """Of a pax header: each is `LENGTH KEY=VALUE` and a line end, the length that of the whole."""
    found = {}
    while content:
        length, blank, _ = content.partition(b" ")
        end = _whole(length.decode("latin-1")) if blank else 0
        if not len(length) + 1 < end <= len(content):
            raise BrokenTarError("has a header that is damaged")
        key, _, value = content[len(length) + 1 : end - 1].partition(b"=")
        found[_text(key)] = _text(value)
        content = content[end:]
    return found


def _text(name: bytes) -> str:
    return name.decode("utf-8", "backslashreplace")
