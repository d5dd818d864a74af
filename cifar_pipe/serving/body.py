"""The image of a request: its body, or a file of a form."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from cifar_pipe.serving.limits import Limits
from cifar_pipe.serving.refused import RefusedError

_FORM = "multipart/form-data"
_HELP = (
    "send the bytes of an image with a Content-Type such as image/jpeg, or a form with a file "
    "(curl -F image=@cat.jpg …)"
)


class _Parser(MultiPartParser):
    # All stays in memory, which is bounded, and nothing is written to the disk.
    spool_max_size = 1 << 62


async def image_of(request: Request, limits: Limits) -> bytes:
    """Raises RefusedError for what is too large, too slow, or no image by its Content-Type."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("", _FORM, "application/octet-stream") and not kind.startswith("image/"):
        raise RefusedError(415, f"the Content-Type is {kind[:99]}, not that of an image", _HELP)
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > limits.size:
        raise _too_large(limits)
    try:
        async with asyncio.timeout(limits.sending):
            content = await (_file(request, limits) if kind == _FORM else _all(request, limits))
    except TimeoutError:
        message = f"the request did not come in within {limits.sending:g} s"
        raise RefusedError(408, message, headers={"Connection": "close"}) from None
    if not content:
        raise RefusedError(400, "there is no image in the request", _HELP)
    return content


async def _all(request: Request, limits: Limits) -> bytes:
    return b"".join([part async for part in _bounded(request, limits)])


async def _file(request: Request, limits: Limits) -> bytes:
    """The one file of the form, whatever its field is called."""
    parser = _Parser(request.headers, _bounded(request, limits), max_files=1, max_fields=8)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as error:
        why = f": {error.message}" if isinstance(error, MultiPartException) else ""
        raise RefusedError(400, f"the form cannot be read{why}", _HELP) from None
    files = [one for one in form.values() if isinstance(one, UploadFile)]
    content = await files[0].read() if files else b""
    await form.close()
    return content


async def _bounded(request: Request, limits: Limits) -> AsyncGenerator[bytes, None]:
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limits.size:
            raise _too_large(limits)
        yield part


def _too_large(limits: Limits) -> RefusedError:
    message = f"the request is larger than {limits.size / (1 << 20):g} MiB"
    return RefusedError(413, message, headers={"Connection": "close"})
