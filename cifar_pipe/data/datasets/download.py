"""Downloads one file: within bounds of time, whole or not at all, held to its checksum."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import tempfile
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from cifar_pipe.data.reading import Reading
from cifar_pipe.errors import DataBroken, DataUnavailable, OutputError
from cifar_pipe.events import Progress

TIMEOUT = 10.0  # seconds for each wait on the socket: to connect, and for the next bytes
ATTEMPTS = 3  # a download that breaks off goes on from where it stood
_BLOCK = 1 << 16
_GONE = (404, 410)


class NoConnection(Exception):  # noqa: N818
    """No server that holds the file can be reached; the message is the reason in a few words."""


class _BrokeOff(Exception):  # noqa: N818
    pass


def fetch(urls: Sequence[str], target: Path, reading: Reading, *, md5: str) -> None:
    """Puts the file at `target`, from the first of `urls` that can be reached.

    The file has its final name only once it is whole and its checksum is right. Raises
    NoConnection, DataUnavailable where a server says that the file is not there or keeps breaking
    off, DataBroken where the checksum is wrong, and OutputError where it cannot be written.
    """
    temporary = _temporary(target)
    try:
        with temporary.open("w+b") as file:
            _from_any(urls, file, target.name, reading)
            file.flush()
            os.fsync(file.fileno())
        found = md5_of(temporary)
        if found != md5:
            raise DataBroken(
                f"{target.name} came over the network with md5 {found}, not {md5}",
                help=f"something between here and {urls[0]} changed it; it was not kept",
            )
        temporary.chmod(0o644)
        temporary.replace(target)
    except OSError as error:
        raise cannot_keep(target, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def cannot_keep(path: Path, error: OSError) -> OutputError:
    return OutputError(
        f"cannot write {path}: {error.strerror or error}",
        help="free some room, or choose another root for the dataset",
    )


def _temporary(target: Path) -> Path:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            dir=target.parent, prefix=f".{target.name}.", suffix=".part"
        )
        os.close(handle)
        return Path(name)
    except OSError as error:
        raise cannot_keep(target, error) from error


def md5_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _from_any(urls: Sequence[str], file: IO[bytes], name: str, reading: Reading) -> None:
    reasons = []
    for url in urls:
        try:
            _from_one(url, file, name, reading)
        except NoConnection as unreachable:
            reasons.append(str(unreachable))
        else:
            return
    raise NoConnection("; ".join(dict.fromkeys(reasons)))


def _from_one(url: str, file: IO[bytes], name: str, reading: Reading) -> None:
    file.seek(0)
    file.truncate()
    for _ in range(ATTEMPTS):
        with _open(url, offset=file.tell()) as response:
            try:
                _copy(response, file, name, reading)
            except _BrokeOff:
                continue
            return
    raise DataUnavailable(
        f"the download of {name} broke off {ATTEMPTS} times, last after {file.tell():,} bytes",
        help="run again on a better connection, or download it by hand",
    )


def _open(url: str, *, offset: int) -> http.client.HTTPResponse:
    headers = {"User-Agent": "cifar-pipe"}
    if offset:
        headers["Range"] = f"bytes={offset}-"
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - from torchvision's table
    try:
        response: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=TIMEOUT)  # noqa: S310
    except urllib.error.HTTPError as error:
        if error.code in _GONE:
            raise DataUnavailable(
                f"{url} is not there any more (HTTP {error.code})",
                help="download the dataset by hand from elsewhere",
            ) from error
        # A proxy that forbids the way answers 403 or 407, a server out of order 5xx.
        raise NoConnection(f"{_host(url)} answers HTTP {error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        raise NoConnection(f"{_host(url)}: {_words(error.reason)}") from error
    except (OSError, http.client.HTTPException) as error:
        raise NoConnection(f"{_host(url)}: {_words(error)}") from error
    return response


def _host(url: str) -> str:
    return url.split("/")[2]


def _words(reason: object) -> str:
    if isinstance(reason, TimeoutError):
        return f"no answer within {TIMEOUT:.0f} s"
    return str(getattr(reason, "strerror", None) or reason or type(reason).__name__)


def _copy(response: http.client.HTTPResponse, file: IO[bytes], name: str, reading: Reading) -> None:
    """Appends the response to the file, or starts the file anew if the server sends it whole."""
    if response.status != http.HTTPStatus.PARTIAL_CONTENT:
        file.seek(0)
        file.truncate()
    left = int(response.headers.get("Content-Length") or -1)
    total = file.tell() + left if left >= 0 else None
    bar = reading.events.progress(f"download {name}", total)
    try:
        bar.advance(file.tell())
        copied = _copy_blocks(response, file, bar, reading)
    finally:
        bar.close()
    if left >= 0 and copied < left:
        raise _BrokeOff


def _copy_blocks(
    response: http.client.HTTPResponse,
    file: IO[bytes],
    bar: Progress,
    reading: Reading,
) -> int:
    copied = 0
    while True:
        reading.check_signal()
        try:
            block = response.read(_BLOCK)
        except (OSError, http.client.HTTPException) as error:
            raise _BrokeOff from error
        if not block:
            return copied
        file.write(block)
        bar.advance(len(block))
        copied += len(block)
