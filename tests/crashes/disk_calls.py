"""The calls that change the disk, numbered in their order, and what can happen at one of them."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cifar_pipe import disk

NAMES = tuple(
    name
    for name, value in vars(disk).items()
    if callable(value) and getattr(value, "__module__", "") == disk.__name__
)
assert {"write", "sync", "replace", "unlink", "make_directory"} <= {*NAMES}

Moment = Literal["before", "half", "after"]


@dataclass(frozen=True)
class Call:
    """`number` counts from 0; `path` is that of what it changes."""

    number: int
    name: str
    path: str

    def moments(self) -> tuple[Moment, ...]:
        """When a kill can come; of a write also when half of it is written."""
        return ("before", "half", "after") if self.name == "write" else ("before", "after")


class Around:
    """Puts itself around every call of this process from now on.

    `at` is called instead of each, with the call, the function and its arguments.
    """

    def __init__(self, at: Callable[[Call, Callable[..., Any], tuple[Any, ...]], Any]) -> None:
        self._at = at
        self._count = 0
        self.inside = False
        for name in NAMES:
            setattr(disk, name, self._around(name, getattr(disk, name)))

    def _around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any) -> Any:
            call = Call(self._count, name, _path_of(arguments[0]))
            self._count += 1
            self.inside = True
            try:
                return self._at(call, function, arguments)
            finally:
                self.inside = False

        return called


def record(path: str) -> None:
    """Writes the names of all calls into a file as they come."""
    file = open(path, "w", buffering=1)  # noqa: SIM115

    def at(call: Call, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        print(call.name, call.path, file=file)
        return function(*arguments)

    Around(at)


def kill_at(number: int, moment: Moment) -> None:
    """Ends this process at a call."""

    def at(call: Call, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        if call.number != number:
            return function(*arguments)
        try:
            if moment == "half":
                function(arguments[0], _half(arguments[1]))
            elif moment == "after":
                function(*arguments)
        finally:
            os.kill(os.getpid(), signal.SIGKILL)

    Around(at)


def tell_at(number: int, pipe: int) -> None:
    """Writes a byte into a pipe as a call begins."""

    def at(call: Call, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        if call.number == number:
            os.write(pipe, b".")
        return function(*arguments)

    Around(at)


@dataclass(frozen=True)
class Fault:
    """What a call does instead. `lasting` faults meet all calls that follow, too, as on a disk that
    stays full.
    """

    kind: Literal["ENOSPC", "EIO", "EACCES", "short"]
    lasting: bool = False

    def meets(self, call: Call) -> bool:
        return self.kind != "short" or call.name == "write"

    def happen(self, call: Call, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        # Before a disk is full, it takes a part.
        part = function(arguments[0], _half(arguments[1])) if call.name == "write" else None
        if self.kind == "short":
            return part
        number = getattr(errno, self.kind)
        raise OSError(number, os.strerror(number))


FAULTS: tuple[Fault, ...] = (
    Fault("ENOSPC"),
    Fault("EIO"),
    Fault("EACCES"),
    Fault("short"),
    Fault("ENOSPC", lasting=True),
)


def fail_at(number: int, fault: Fault) -> None:
    """Lets a call fail."""

    def at(call: Call, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        now = call.number == number or (fault.lasting and call.number > number)
        if now and fault.meets(call):
            return fault.happen(call, function, arguments)
        return function(*arguments)

    Around(at)


def _half(content: Any) -> Any:
    return memoryview(content)[: max(1, len(content) // 2)]


def calls_of(path: Path) -> list[Call]:
    """What `record` has written."""
    lines = enumerate(path.read_text().splitlines())
    return [Call(number, *line.split(" ", 1)) for number, line in lines]


def _path_of(argument: int | Path) -> str:
    if isinstance(argument, int):
        return str(Path(f"/proc/self/fd/{argument}").readlink()).removeprefix(f"{Path.cwd()}/")
    return str(argument)
