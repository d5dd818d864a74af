"""The application: an endpoint that names the classes of an image, and a page that uses it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from cifar_pipe.data.image_files.unusable import Unusable
from cifar_pipe.errors import RunError
from cifar_pipe.events import Events
from cifar_pipe.inference.predict import Predictor
from cifar_pipe.inference.prediction import Prediction
from cifar_pipe.serving.body import image_of
from cifar_pipe.serving.claimed_size import pixels_claimed
from cifar_pipe.serving.guard import Guard
from cifar_pipe.serving.limits import Limits, RateLimit
from cifar_pipe.serving.page import Page
from cifar_pipe.serving.refused import RefusedError, busy

_TOP = 5


@dataclass(frozen=True)
class Served:
    """`name` is what the page is headed with; the caller of the application has
    `predictor.computing(1)`.
    """

    name: str
    predictor: Predictor
    events: Events

    @property
    def classes(self) -> tuple[str, ...]:
        return self.predictor.classifier.classes


def application(served: Served, limits: Limits, names: Collection[str]) -> ASGIApp:
    """`names` are what the server may be called, beside addresses."""
    endpoint, page = _Endpoint(served, limits), Page(served.name, served.classes, limits)
    routes = [
        Route("/predict", endpoint.predict, methods=["POST"]),
        Route("/health", endpoint.health),
        *(Route(path, partial(_text, *content)) for path, content in page.files().items()),
    ]
    handlers: dict[Any, Callable[..., Awaitable[Response]]] = {
        404: _not_found,
        405: _not_allowed,
        RefusedError: _refused,
        ClientDisconnect: _gone,
        Exception: partial(_failed, served.events),
    }
    return Guard(Starlette(routes=routes, exception_handlers=handlers), frozenset(names))


class _Endpoint:
    def __init__(self, served: Served, limits: Limits) -> None:
        self._served = served
        self._limits = limits
        self._rate = RateLimit(limits.rate)
        self._reading = asyncio.Semaphore(limits.reading)
        on_cpu = served.predictor.context.device == "cpu"
        self._pool = ThreadPoolExecutor((os.cpu_count() or 1) if on_cpu else 1)

    async def health(self, _: Request) -> Response:
        classes = len(self._served.classes)
        return JSONResponse({"status": "ok", "model": self._served.name, "classes": classes})

    async def predict(self, request: Request) -> Response:
        client = request.client.host if request.client else ""
        if wait := self._rate.wait(client):
            seconds = {"Retry-After": str(max(1, round(wait)))}
            message = f"more than {self._limits.rate} requests per minute"
            raise RefusedError(429, message, headers=seconds)
        top = self._top(request)
        # What arrives is held in memory: that of so many requests, and the others wait unread.
        try:
            async with asyncio.timeout(self._limits.waiting):
                await self._reading.acquire()
        except TimeoutError:
            raise busy("too many requests at once") from None
        try:
            content = await image_of(request, self._limits)
            return JSONResponse(await self._prediction(content, top))
        finally:
            self._reading.release()

    async def _prediction(self, content: bytes, top: int) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._limits.waiting):
                # A thread whose answer nobody waits for any more is not replaced by another.
                found = await loop.run_in_executor(self._pool, self._computed, content)
        except TimeoutError:
            raise busy(f"no answer within {self._limits.waiting:g} s") from None
        plain = found.plain()
        return {**plain, "top": plain["top"][:top]}

    def _computed(self, content: bytes) -> Prediction:
        if (pixels := pixels_claimed(content)) > self._limits.pixels:
            most = self._limits.pixels
            message = f"the image has {pixels:,} pixels, and {most:,} are the most that are taken"
            raise RefusedError(413, message, "make it smaller")
        found = self._served.predictor.one(content)
        if isinstance(found, Unusable):
            raise RefusedError(422, f"the {found.path} {found.why}", "send a JPEG, PNG or WebP")
        return found

    def _top(self, request: Request) -> int:
        given = request.query_params.get("top", str(_TOP))
        if not (given.isdecimal() and given.isascii() and 1 <= int(given[:9]) <= 10**6):
            raise RefusedError(400, "top is how many classes to tell, from 1 on")
        return int(given[:9])


async def _text(content: str, media_type: str, _: Request) -> Response:
    return Response(content, media_type=media_type)


async def _refused(_: Request, error: RefusedError) -> Response:
    return error.response()


async def _not_found(_: Request, __: Exception) -> Response:
    return RefusedError(
        404, "there is no such page", "POST /predict, GET /health, GET /"
    ).response()


async def _not_allowed(_: Request, error: Any) -> Response:
    help_ = "images are sent by POST to /predict, the rest is read by GET"
    return RefusedError(
        405, "this address does not take such requests", help_, error.headers or {}
    ).response()


async def _gone(_: Request, __: Exception) -> Response:
    return Response(status_code=400)


async def _failed(events: Events, _: Request, error: Exception) -> Response:
    events.warn(f"a request failed: {type(error).__name__}: {error}")
    message = error.message if isinstance(error, RunError) else "the server failed"
    return RefusedError(500, message).response()
