"""Runs of the command in processes of their own, which are forked: nothing is imported again."""

from __future__ import annotations

import io
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from tests.crashes.small_run import COMMAND, call, new_folder

# Ends a child that hangs.
LONGEST = 300  # seconds
SAID = "said.txt"


@dataclass(frozen=True)
class Ended:
    """The exit status, or minus the number of the signal; what it printed; the seconds it took."""

    status: int
    said: str
    seconds: float

    @property
    def killed(self) -> bool:
        return self.status == -signal.SIGKILL


@dataclass(frozen=True)
class Child:
    number: int
    said: Path
    started: float

    def wait(self) -> Ended:
        _, status = os.waitpid(self.number, 0)
        seconds = time.monotonic() - self.started
        said = self.said.read_text(errors="replace") if self.said.exists() else ""
        return Ended(os.waitstatus_to_exitcode(status), said, seconds)

    def kill(self) -> None:
        os.kill(self.number, signal.SIGKILL)


def warm_up() -> None:
    """Imports all that a run imports, and makes what it makes once, before the first fork."""
    import torch

    torch.set_num_threads(1)
    folder, said = new_folder(), io.StringIO()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    with chdir(folder), redirect_stdout(said), redirect_stderr(said):
        status = call(*COMMAND)
    for number, handler in handlers.items():
        signal.signal(number, handler)
    shutil.rmtree(folder)
    assert status == 0, said.getvalue()


def start(
    folder: Path,
    arguments: Sequence[str] = COMMAND,
    *,
    said: str = SAID,
    before: Callable[[], object] = lambda: None,
) -> Child:
    """Runs the command in a folder; `before` is called in the new process first."""
    started = time.monotonic()
    sys.stdout.flush()
    sys.stderr.flush()
    number = os.fork()
    if number:
        return Child(number, folder / said, started)
    status = 71
    try:
        signal.alarm(LONGEST)
        output = os.open(folder / said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.stdout, sys.stderr = (os.fdopen(one, "w", closefd=False) for one in (1, 2))
        os.chdir(folder)
        before()
        status = call(*arguments)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)


def run(
    folder: Path,
    arguments: Sequence[str] = COMMAND,
    *,
    before: Callable[[], object] = lambda: None,
) -> Ended:
    return start(folder, arguments, before=before).wait()
