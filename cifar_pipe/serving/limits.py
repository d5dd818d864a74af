"""What one client, and all of them together, may ask of the server."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

# Clients that are remembered: a mapping that grew with every address would be a hole itself.
_MOST_CLIENTS = 10_000


@dataclass(frozen=True)
class Limits:
    """`size` is the most bytes of a request, `pixels` those of an image as its header claims;
    `sending` and `waiting` are seconds for a request to come in, and then for its answer. `rate` is
    requests of one address in a minute, the most of them at once too. `reading` is how many
    requests are read at once, `connections` how many there may be.
    """

    size: int = 16 << 20
    pixels: int = 50_000_000
    sending: float = 10.0
    waiting: float = 30.0
    rate: int = 1200
    reading: int = 32
    connections: int = 512


class RateLimit:
    """A token bucket per client: `rate` requests at once, and as many again each minute."""

    def __init__(self, rate: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Takes one request of the client; the seconds that it has to wait, 0 where it has not."""
        now = self._clock()
        tokens, before = self._buckets.pop(client, (float(self._rate), now))
        tokens = min(self._rate, tokens + (now - before) * self._rate / 60)
        wait = 0.0 if tokens >= 1 else (1 - tokens) * 60 / self._rate
        self._buckets[client] = (tokens if wait else tokens - 1, now)
        while len(self._buckets) > _MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return wait
