"""A request that is not answered as it was meant: the status, why, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.responses import JSONResponse


@dataclass
class RefusedError(Exception):
    """`status` is that of HTTP."""

    status: int
    message: str
    help: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> JSONResponse:
        content = {"error": self.message, **({"help": self.help} if self.help else {})}
        return JSONResponse(content, self.status, headers=dict(self.headers))


def busy(message: str) -> RefusedError:
    return RefusedError(503, message, "try again in a moment", {"Retry-After": "1"})
