"""The memory that decoded images may take: that of the machine, or what a limit leaves of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from cifar_pipe.errors import DataBroken

# Of containers and other groups of processes: https://docs.kernel.org/admin-guide/cgroup-v2.html, and its first
# version, by the name of their controllers.
_GROUPS = {
    "": (Path("/sys/fs/cgroup"), "memory.max"),
    "memory": (Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"),
}
_OWN_GROUPS = Path("/proc/self/cgroup")


def _limits() -> Iterator[int]:
    """Bytes: the machine's memory, that of the groups a process is in, and what `ulimit` allows it."""
    if hasattr(os, "sysconf"):
        yield os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    for path in _limits_of_groups():
        with suppress(OSError, ValueError):
            yield int(path.read_text())
    if os.name == "posix":
        import resource  # noqa: PLC0415 (not on Windows)

        for one in (resource.RLIMIT_DATA, resource.RLIMIT_AS):
            if (limit := resource.getrlimit(one)[0]) != resource.RLIM_INFINITY:
                yield limit


def _limits_of_groups() -> Iterator[Path]:
    """The files that a group's limit and those of the groups around it are in. In a container the outermost is its own."""
    for root, name in _GROUPS.values():
        yield root / name
    with suppress(OSError, ValueError):
        for line in _OWN_GROUPS.read_text().splitlines():
            _, controllers, own = line.split(":", 2)
            if controllers in _GROUPS:
                root, name = _GROUPS[controllers]
                inner = Path(own.lstrip("/"))
                yield from (root / one / name for one in (inner, *inner.parents))


def most_memory() -> int | None:
    """Bytes that a process may take at most; None where the system does not say."""
    return min(_limits(), default=None)


class Memory:
    """What decoded images take of the machine's memory; Windows does not say how much that is. `help`
    is what to do where they do not fit.
    """

    def __init__(self, help: str) -> None:  # noqa: A002
        self._help = help
        self._size = most_memory()
        self._taken = 0

    def has_room(self, more: int) -> bool:
        return self._size is None or self._taken + more <= self._size

    def take(self, more: int, images: str) -> None:
        """Counts bytes. Raises DataBroken, before they are taken, where they do not fit."""
        fits = self.has_room(more)
        self._taken += more
        if self._size is not None and not fits:
            raise DataBroken(
                f"{images} need {self._taken / 1e9:.0f} GB of memory, and there are "
                f"{self._size / 1e9:.0f} GB",
                help=self._help,
            )
