"""A limit on the memory of a process, what the system keeps of files included, and how much it took of its own."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

# By version: https://docs.kernel.org/admin-guide/cgroup-v2.html, and the first.
_GROUPS = (
    (Path("/sys/fs/cgroup"), "memory.max"),
    (Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"),
)


# Joins a group, or limits itself, and becomes the command.
_JOIN = 'echo $$ > "$0" && exec "$@"'
_ULIMIT = 'ulimit -d "$0" && exec "$@"'


@contextmanager
def limited(megabytes: int | None) -> Iterator[tuple[Sequence[str], str]]:
    """What comes before a command, and how it is limited, in words: by a group of its own, or where that cannot be made
    by `ulimit -d`, which leaves out what is kept of files.
    """
    if megabytes is None:
        yield (), "no limit"
        return
    for root, name in _GROUPS:
        group = root / f"compare-{os.getpid()}"
        try:
            group.mkdir()
            (group / name).write_text(str(megabytes << 20))
        except OSError:
            with suppress(OSError):
                group.rmdir()
            continue
        try:
            processes = str(group / "cgroup.procs")
            yield ("sh", "-c", _JOIN, processes), f"{megabytes} MiB by a control group"
        finally:
            with suppress(OSError):
                group.rmdir()
        return
    yield ("sh", "-c", _ULIMIT, str(megabytes << 10)), f"{megabytes} MiB by ulimit -d"


class OwnMemory(threading.Thread):
    """The most memory of a process that is not a file's, in MiB, as Linux has it every 20 ms."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self._status = Path(f"/proc/{process}/status")
        self.peak = 0.0

    def run(self) -> None:
        # Until the process has ended.
        with suppress(OSError, StopIteration):
            while True:
                lines = self._status.read_text().splitlines()
                own = next(line for line in lines if line.startswith("RssAnon"))
                self.peak = max(self.peak, int(own.split()[1]) / 1024)
                time.sleep(0.02)


def forget(folder: Path) -> None:
    """Has the system drop what it keeps of the files below the folder."""
    os.sync()
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
