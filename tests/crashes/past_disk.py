"""Nothing of a run changes the disk but through cifar_pipe.disk: Python itself says so."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

from tests.crashes.child import run
from tests.crashes.disk_calls import Around, Call
from tests.crashes.trials import Trial, folder

_FOUND = "found.txt"
# https://docs.python.org/3/library/audit_events.html
_CHANGES = (
    *("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link", "os.symlink"),
    *("os.chmod", "os.chown", "os.utime", "os.setxattr", "tempfile.mkstemp", "tempfile.mkdtemp"),
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def watch(_: int) -> Trial:
    trial = Trial("a whole run")
    with folder() as place:
        ended = run(place, before=partial(_watch, place / _FOUND))
        found = (place / _FOUND).read_text().splitlines()
        trial.wrong += [f"past the disk's functions: {line}" for line in found]
        if ended.status:
            trial.wrong.append(ended.said)
    return trial


def _watch(found: Path) -> None:
    """Notes each event of a change that comes while none of the disk's functions is at work."""
    file = found.open("w", buffering=1)

    def at(call: Call, function: Any, arguments: Any) -> Any:
        return function(*arguments)

    around = Around(at)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        changes = event in _CHANGES
        # A number is that of a file that is open already.
        if event == "open" and not isinstance(arguments[0], int) and arguments[0] != os.devnull:
            changes = bool((arguments[2] or 0) & _WRITING)
        if changes and not around.inside:
            print(event, *map(repr, arguments), file=file)

    sys.addaudithook(hook)
