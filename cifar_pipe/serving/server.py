"""The server's process: its address, its connections, its end."""

from __future__ import annotations

import asyncio
import errno
import socket
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from cifar_pipe.errors import RunError
from cifar_pipe.serving.limits import Limits

# Seconds for the answers that are on their way when the server is ended, and for connections that
# nobody uses.
_ENDING, _IDLE = 5, 10


def bound(host: str, port: int) -> socket.socket:
    """A socket at the address; the port 0 takes a free one. Raises RunError where it is not available."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise _not_available(host, port, error) from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen()
    except OSError as error:
        listening.close()
        raise _not_available(host, port, error) from error
    return listening


def _not_available(host: str, port: int, error: OSError) -> RunError:
    help_ = "--port 0 takes a free one"
    if error.errno == errno.EADDRINUSE:
        return RunError(f"the port {port} of {host} is in use", help=help_)
    if error.errno == errno.EACCES:
        return RunError(f"the port {port} is not allowed: those below 1024 are root's", help=help_)
    return RunError(f"the address {host} is not one of this machine: {error.strerror or error}")


def serve(application: ASGIApp, listening: socket.socket, limits: Limits) -> None:
    """Until a signal ends it: Ctrl-C, or SIGTERM."""
    config = uvicorn.Config(
        application,
        http=_protocol(limits),
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        # Headers of whoever sends would say who it is.
        proxy_headers=False,
        server_header=False,
        limit_concurrency=limits.connections,
        timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=_ENDING,
    )
    uvicorn.Server(config).run(sockets=[listening])


def _protocol(limits: Limits) -> type[asyncio.Protocol]:
    """uvicorn's, which waits for ever for the headers of a request, with an end to that."""

    class Protocol(H11Protocol):
        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._timer: asyncio.TimerHandle | None = None
            self._watch()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            self._watch()

        def connection_lost(self, exc: Exception | None) -> None:
            if self._timer is not None:
                self._timer.cancel()
            super().connection_lost(exc)

        def _watch(self) -> None:
            """The time runs from the first byte of the headers, or from the beginning, to their end."""
            if self.conn.their_state is h11.IDLE:
                self._timer = self._timer or self.loop.call_later(
                    limits.sending, self.transport.close
                )
            elif self._timer is not None:
                self._timer.cancel()
                self._timer = None

    return Protocol
