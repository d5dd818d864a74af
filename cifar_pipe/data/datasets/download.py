"""Downloads one file: with timeouts, whole or not at all, checked against its checksum."""

from __future__ import annotations

import hashlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from cifar_pipe.context import Context
from cifar_pipe.errors import DataBroken, DataUnavailable
from cifar_pipe.files import write_with

TIMEOUT = 10.0  # seconds for each wait on the socket: to connect, and for the next bytes
ATTEMPTS = 3  # a download that breaks off is resumed
_BLOCK = 1 << 16
_GONE = (404, 410)
OTHER_ROOT = "free some room, or choose another root for the dataset"


class NoConnection(Exception):  # noqa: N818
    """No server that holds the file can be reached; the message is the reason in a few words."""


def fetch(urls: Sequence[str], target: Path, context: Context, *, md5: str) -> None:
    """Downloads the file `target` from the first of `urls` that can be reached.

    The file has its final name only once it is whole and its checksum is right. Raises
    NoConnection, DataUnavailable where a server says that the file is not there or keeps breaking
    off, DataBroken where the checksum is wrong, and OutputError where it cannot be written.
    """

    def download(file: IO[bytes]) -> None:
        reasons = []
        for url in urls:
            try:
                _from_one(url, file, target.name, context)
                break
            except NoConnection as unreachable:
                reasons.append(str(unreachable))
        else:
            raise NoConnection("; ".join(dict.fromkeys(reasons)))
        found = md5_of(file)
        if found != md5:
            raise DataBroken(
                f"{target.name} came over the network with md5 {found}, not {md5}",
                help=f"something between here and {urls[0]} changed it; it was not kept",
            )

    write_with(target, download, help=OTHER_ROOT)


def md5_of(file: IO[bytes]) -> str:
    """Of the whole file, wherever its position is."""
    file.seek(0)
    digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False))  # type: ignore[arg-type]
    return digest.hexdigest()


def _from_one(url: str, file: IO[bytes], name: str, context: Context) -> None:
    file.seek(0)
    file.truncate()
    for _ in range(ATTEMPTS):
        with _open(url, offset=file.tell()) as response:
            if _copy(response, file, name, context):
                return
    raise DataUnavailable(
        f"the download of {name} broke off {ATTEMPTS} times, last after {file.tell():,} bytes",
        help="run again on a better connection, or download it by hand",
    )


def _open(url: str, *, offset: int) -> http.client.HTTPResponse:
    headers, host = {"User-Agent": "cifar-pipe"}, url.split("/")[2]
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
        # A proxy that forbids the address answers 403 or 407, a server out of order 5xx.
        raise NoConnection(f"{host} answers HTTP {error.code} {error.reason}") from error
    except (OSError, http.client.HTTPException) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        words = str(getattr(reason, "strerror", None) or reason or type(reason).__name__)
        if isinstance(reason, TimeoutError):
            words = f"no answer within {TIMEOUT:.0f} s"
        raise NoConnection(f"{host}: {words}") from error
    return response


def _copy(response: http.client.HTTPResponse, file: IO[bytes], name: str, context: Context) -> bool:
    """Appends the response to the file, or restarts the file if the server sends it whole.

    Returns whether it came to its end.
    """
    if response.status != http.HTTPStatus.PARTIAL_CONTENT:
        file.seek(0)
        file.truncate()
    length = response.headers.get("Content-Length")
    total = file.tell() + int(length) if length else None
    bar = context.events.progress(f"download {name}", total)
    try:
        bar.advance(file.tell())
        while True:
            context.check_signal()
            try:
                block = response.read(_BLOCK)
            except (OSError, http.client.HTTPException):
                return False
            if not block:
                return total is None or file.tell() >= total
            file.write(block)
            bar.advance(len(block))
    finally:
        bar.close()
