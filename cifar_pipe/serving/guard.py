"""What each request passes before it is looked at, and the headers of each response.

A page of another site can send requests to an address of this machine, and by DNS rebinding (a name
of its own that suddenly means 127.0.0.1) even read the answers. So requests for names that are
not ours are refused, and those that another origin sends.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cifar_pipe.serving.refused import RefusedError

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src blob:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]/@\s]+)(:\d{1,5})?", re.IGNORECASE)


@dataclass(frozen=True)
class Guard:
    """Around the application. `names` are what this server is called, beside addresses."""

    app: ASGIApp
    names: Collection[str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        refused = self._refused(Headers(scope=scope))
        await (refused.response() if refused else self.app)(scope, receive, guarded)

    def _refused(self, headers: Headers) -> RefusedError | None:
        host, origin = headers.get("host", ""), headers.get("origin")
        name = _name_of(host)
        if not (name and (_is_address(name) or name in self.names)):
            help_ = "use the address that the server has printed, or start it with --allow-host"
            return RefusedError(421, "this server is not meant by this name", help_)
        if origin is not None and origin.partition("://")[2] != host:
            return RefusedError(403, "another site must not send requests here")
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return RefusedError(403, "another site must not send requests here")
        return None


def _name_of(host: str) -> str:
    """Of a Host header, without the port; empty for what is none."""
    found = _HOST.fullmatch(host)
    return found[1].strip("[]").rstrip(".").lower() if found else ""


def _is_address(name: str) -> bool:
    """No name can be made to mean another address where there is no name."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
