"""A disk that fails: at every call that changes it, and as what a run has left is read."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.crashes.child import run
from tests.crashes.disk_calls import FAULTS, Call, Fault, fail_at, kill_at
from tests.crashes.small_run import COMMAND, FILE, OUT
from tests.crashes.trials import Trial, folder, undisturbed

_READS = "reads.txt"


def faults() -> list[tuple[Call, Fault]]:
    return [(call, fault) for fault in FAULTS for call in undisturbed().calls if fault.meets(call)]


def fail_at_call(case: tuple[Call, Fault]) -> Trial:
    """The run says what failed, or needs nothing of it; the same command ends it once the disk works."""
    call, fault = case
    always = " from then on" if fault.lasting else ""
    trial = Trial(f"{fault.kind}{always} at call {call.number}, {call.name} {call.path}")
    with folder() as place:
        _failing(trial, place, partial(fail_at, call.number, fault))
        trial.check(run(place), place / OUT, undisturbed().result, "the run after it")
    return trial


def _failing(trial: Trial, place: Path, before: Any, command: Sequence[str] = COMMAND) -> None:
    first = run(place, command, before=before)
    match first.status:
        case 0:
            trial.counts["ended with 0"] += 1
            if "warning" not in first.said.partition("run directory")[2]:
                trial.check(first, place / command[-1], undisturbed().result, "the run with it")
            else:
                trial.counts["with a warning"] += 1
        case 3:
            trial.counts["ended with 3"] += 1
            if "the run failed: " not in first.said:
                trial.wrong.append(f"it said nothing: {first.said[-1000:]}")
        case other:
            trial.wrong.append(f"it ended with {other}: {first.said[-3000:]}")
    if "Traceback" in first.said or [*place.rglob("traceback.txt")]:
        trial.wrong.append(f"it left a traceback: {first.said[-3000:]}")


@dataclass(frozen=True)
class Read:
    """The `number`-th file that a run opens to read fails, as it goes on from a kill within a training,
    or as it takes all from another run.
    """

    number: int
    of_another: bool


def reads() -> list[Read]:
    """All of both."""
    found = []
    for of_another in (False, True):
        with folder() as place:
            _leave_something(place, of_another=of_another)
            run(place, _reader(of_another), before=partial(_fail_to_read, -1))
            count = len((place / _READS).read_text())
        found += [Read(number, of_another) for number in range(count)]
    return found


def fail_to_read(case: Read) -> Trial:
    command = _reader(case.of_another)
    trial = Trial(str(case))
    with folder() as place:
        _leave_something(place, of_another=case.of_another)
        _failing(trial, place, partial(_fail_to_read, case.number), command)
        trial.check(
            run(place, command), place / command[-1], undisturbed().result, "the run after it"
        )
    return trial


def _leave_something(place: Path, *, of_another: bool) -> None:
    saves = [call for call in undisturbed().calls if "step-0000000004" in call.path]
    before = (lambda: None) if of_another else partial(kill_at, saves[-1].number, "after")
    run(place, before=before)


def _reader(of_another: bool) -> tuple[str, ...]:
    return ("run", FILE, "--run-dir", "other") if of_another else COMMAND


def _fail_to_read(number: int) -> None:
    """Counts the files of runs that are opened to read, in a file, and lets one fail."""
    opened, tally = io.open, os.open(_READS, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    counted, here = 0, Path.cwd()

    def open_or_fail(file: Any, mode: str = "r", *arguments: Any, **more: Any) -> Any:
        nonlocal counted
        where = here / file if isinstance(file, str | Path) else Path()
        if mode in ("r", "rb") and here in where.parents and where != here / FILE:
            os.write(tally, b".")
            counted += 1
            if counted == number + 1:
                raise OSError(errno.EIO, os.strerror(errno.EIO), str(file))
        return opened(file, mode, *arguments, **more)

    io.open = open_or_fail
