"""Writes the page of a run anew while the run goes on."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cifar_pipe.report.charts.drawing import begin_drawing
from cifar_pipe.report.run_folder import RunFolder

# In seconds: short runs have their page soon enough.
_FIRST, _LEAST = 60.0, 30.0
# The page takes no more than this share of the run's time.
_SHARE = 0.02


class Refresh:
    """Called with each row of metrics.jsonl; `clock` counts seconds. A page that cannot be made is
    reported by the run's end, which makes it again.
    """

    def __init__(self, run_dir: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._run_dir = run_dir
        self._clock = clock
        self._next = clock() + _FIRST

    def __call__(self, row: Mapping[str, Any]) -> None:  # noqa: ARG002 (the page reads the file)
        started = self._clock()
        if started < self._next:
            return
        from cifar_pipe.report.page import write_page  # noqa: PLC0415 (no step waits for it)

        # Its charts are drawn by its script: pictures of them would be paid for each time.
        draw = functools.partial(begin_drawing, pictures=False)
        try:
            folder = RunFolder(self._run_dir)
            write_page(self._run_dir, folder.page, folder.title, draw=draw)
        except Exception:  # noqa: BLE001 (no page is worth a training)
            self._next = float("inf")
            return
        ended = self._clock()
        self._next = ended + max(_LEAST, (ended - started) / _SHARE)
