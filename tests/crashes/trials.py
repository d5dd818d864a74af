"""Trials, each in a folder of its own, as many at once as there are cores."""

from __future__ import annotations

import multiprocessing
import shutil
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

from tests.crashes.child import Ended, run
from tests.crashes.disk_calls import Call, calls_of, record
from tests.crashes.results import differences, result_of
from tests.crashes.small_run import OUT, new_folder

FORK = multiprocessing.get_context("fork")
_CALLS = "calls.txt"


@dataclass
class Trial:
    """What came of one: `counts` are figures that are added up, `wrong` says what must not be."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def check(self, ended: Ended, out: Path, expected: dict[str, Any], what: str) -> None:
        """That a run has ended well, with the result of an undisturbed one."""
        if ended.status != 0:
            self.wrong.append(f"{what} ended with {ended.status}: {ended.said[-2000:]}")
            return
        if "Traceback" in ended.said:
            self.wrong.append(f"{what} printed a traceback: {ended.said[-3000:]}")
        self.wrong += [f"{what}: {one}" for one in differences(expected, result_of(out))]


@dataclass(frozen=True)
class Undisturbed:
    """A run that nothing happens to: its result, its calls of the disk, and how long it took."""

    result: dict[str, Any]
    calls: Sequence[Call]
    seconds: float


@cache
def undisturbed() -> Undisturbed:
    with folder() as place:
        ended = run(place, before=partial(record, _CALLS))
        assert ended.status == 0, ended.said
        return Undisturbed(result_of(place / OUT), calls_of(place / _CALLS), ended.seconds)


@contextmanager
def folder() -> Iterator[Path]:
    place = new_folder()
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def each(trial: Callable[[Any], Trial], cases: Sequence[Any], at_once: int) -> Iterator[Trial]:
    with FORK.Pool(at_once) as pool:
        yield from pool.imap_unordered(partial(_guarded, trial), cases)


def _guarded(trial: Callable[[Any], Trial], case: Any) -> Trial:
    try:
        return trial(case)
    except Exception:
        return Trial(str(case), wrong=[traceback.format_exc()])
