"""Where the time of a run goes: spans with names, recorded while it is profiled and free otherwise.

The trace is in Chrome's format, which https://ui.perfetto.dev opens:
https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from typing import Any, ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")

# A long training has millions of steps: of the spans that are shorter, the trace has the first.
_LONG_SECONDS = 1e-3
_MOST_SHORT = 20_000


@dataclass(slots=True)
class _Open:
    """A span that has not ended; `inner` are the seconds of those within it."""

    name: str
    stage: str
    inner: float = 0.0


@dataclass(slots=True)
class Total:
    """All spans of one name in one stage. `seconds` leaves out the spans within them; `beside` is
    true for work of other threads, which goes on at the same time.
    """

    stage: str
    part: str
    beside: bool
    calls: int = 0
    seconds: float = 0.0


class _Thread(threading.local):
    def __init__(self) -> None:
        self.open: list[_Open] = []


class Profile:
    """`wait` waits for a device that computes beside Python, so that its work counts where it was asked for."""

    def __init__(self) -> None:
        self.wait: Callable[[], None] = lambda: None
        # Seconds that stages were expected to take, by id, for comparison.
        self.forecast: Mapping[str, float] = {}
        self._began = time.perf_counter()
        self._main = threading.get_ident()
        self._thread = _Thread()
        self._totals: dict[tuple[str, str, bool], Total] = {}
        self._spans: list[tuple[str, float, float, int]] = []
        self._short = 0
        self._lock = threading.Lock()
        # That of the main thread, for what other threads do meanwhile.
        self._stage = ""

    @contextmanager
    def span(self, name: str, *, is_stage: bool = False) -> Iterator[None]:
        here, thread = self._thread.open, threading.get_ident()
        if is_stage:
            self._stage = name
        this = _Open(name, self._stage)
        here.append(this)
        began = time.perf_counter()
        try:
            yield
        finally:
            self.wait()
            seconds = time.perf_counter() - began
            here.pop()
            if here:
                here[-1].inner += seconds
            if is_stage:
                self._stage = ""
            self._add(this, began, seconds, thread)

    def _add(self, span: _Open, began: float, seconds: float, thread: int) -> None:
        key = span.stage, span.name, thread != self._main
        is_short = seconds < _LONG_SECONDS
        with self._lock:
            total = self._totals.setdefault(key, Total(*key))
            total.calls += 1
            total.seconds += seconds - span.inner
            self._short += is_short
            if not is_short or self._short <= _MOST_SHORT:
                self._spans.append((span.name, began - self._began, seconds, thread))

    def totals(self) -> Sequence[Total]:
        """By stage in the order of their beginning, the longest part first."""
        with self._lock:
            found = list(self._totals.values())
        stages = list(dict.fromkeys(one.stage for one in found))
        return sorted(found, key=lambda one: (stages.index(one.stage), -one.seconds))

    def plain(self) -> dict[str, Any]:
        """What run.json holds."""
        parts = [{**asdict(one), "seconds": round(one.seconds, 6)} for one in self.totals()]
        forecast = {stage: round(seconds, 3) for stage, seconds in self.forecast.items()}
        return {"parts": parts, "forecast": forecast}

    def trace(self) -> dict[str, Any]:
        """Trace events: complete ones (`"ph": "X"`), with times in microseconds since the beginning."""
        with self._lock:
            spans = sorted(self._spans, key=lambda one: one[1])
            left_out = max(0, self._short - _MOST_SHORT)
        threads = list(dict.fromkeys([self._main, *(thread for *_, thread in spans)]))
        names = [
            {
                "ph": "M",
                "name": "thread_name",
                "pid": 0,
                "tid": number,
                "args": {"name": f"beside {number}" if number else "run"},
            }
            for number in range(len(threads))
        ]
        events = [
            {
                "ph": "X",
                "name": name,
                "cat": "cifar-pipe",
                "pid": 0,
                "tid": threads.index(thread),
                "ts": round(1e6 * began, 1),
                "dur": round(1e6 * seconds, 1),
            }
            for name, began, seconds, thread in spans
        ]
        return {
            "traceEvents": [*names, *events],
            "displayTimeUnit": "ms",
            "otherData": {"short spans left out": left_out},
        }


_NOTHING: AbstractContextManager[None] = nullcontext()
# Of the process and not of a context variable, as threads record too.
_current: Profile | None = None


@contextmanager
def profiled() -> Iterator[Profile]:
    """Records what is timed in this process meanwhile."""
    made = Profile()
    with _recording(made):
        yield made


@contextmanager
def unprofiled() -> Iterator[None]:
    """Records nothing meanwhile: of what is no part of the run."""
    with _recording(None):
        yield


@contextmanager
def _recording(profile: Profile | None) -> Iterator[None]:
    global _current  # noqa: PLW0603
    before, _current = _current, profile
    try:
        yield
    finally:
        _current = before


def timed(name: str, *, is_stage: bool = False) -> AbstractContextManager[None]:
    """A span of the run that is profiled, if one is."""
    return _NOTHING if _current is None else _current.span(name, is_stage=is_stage)


def timed_calls(name: str, function: Callable[Given, Result]) -> Callable[Given, Result]:
    """The function itself where nothing is profiled, so that a step of microseconds pays nothing."""
    profile = _current
    if profile is None:
        return function

    def call(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        with profile.span(name):
            return function(*args, **kwargs)

    return call
