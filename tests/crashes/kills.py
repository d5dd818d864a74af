"""Kills at every call of the disk, and at random instants."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.crashes.child import Child, Ended, run, start
from tests.crashes.disk_calls import Call, Moment, kill_at, tell_at
from tests.crashes.small_run import COMMAND, FILE, OUT
from tests.crashes.trials import Trial, folder, undisturbed

Point = tuple[Call, Moment]

# How long after a call has begun, at most.
_SOON = 0.002  # seconds


def points() -> list[Point]:
    return [(call, moment) for call in undisturbed().calls for moment in call.moments()]


def kill_at_point(point: Point) -> Trial:
    """The same command ends what a kill has cut off."""
    call, moment = point
    trial = Trial(f"{moment} call {call.number}, {call.name} {call.path}")
    with folder() as place:
        first = run(place, before=partial(kill_at, call.number, moment))
        if not first.killed:
            trial.wrong.append(f"it was not killed: {first.status} {first.said[-1000:]}")
        trial.counts["kills"] += 1
        second = run(place)
        trial.counts["resumed"] += "(resumed)" in second.said
        trial.counts["resumed in training"] += "resuming at" in second.said
        trial.check(second, place / OUT, undisturbed().result, "the run after it")
    return trial


def kill_at_random(seed: int) -> Trial:
    """Every other one is aimed at a save, every other two have a named run directory, and every fourth
    is killed again as it recovers.
    """
    drawn = random.Random(seed)
    in_save, named, again = seed % 2 == 0, seed % 4 < 2, seed % 8 in (3, 6)
    command = COMMAND if named else ("run", FILE)
    trial = Trial(f"kill {seed}")
    while not trial.counts["kills"]:
        with folder() as place:
            first = (
                _killed_in_save(place, command, drawn)
                if in_save
                else _killed(place, command, drawn)
            )
            if not first.killed:
                continue
            trial.counts["kills"] += 1
            trial.counts["in saves"] += in_save
            last = _killed(place, command, drawn) if again else None
            if last is None or last.killed:
                trial.counts["killed again"] += again
                last = run(place, command)
            trial.counts["resumed in training"] += "resuming at" in last.said
            out = place / OUT if named else _run_of(place)
            trial.check(last, out, undisturbed().result, "the last run")
    return trial


def _killed(place: Path, command: Sequence[str], drawn: random.Random) -> Ended:
    child = start(place, command)
    time.sleep(drawn.uniform(0, undisturbed().seconds))
    return _kill(child)


def _killed_in_save(place: Path, command: Sequence[str], drawn: random.Random) -> Ended:
    saves = [
        one for one in undisturbed().calls if "checkpoints" in one.path or ".store" in one.path
    ]
    reader, writer = os.pipe()
    child = start(place, command, before=partial(tell_at, drawn.choice(saves).number, writer))
    os.close(writer)
    os.read(reader, 1)
    end = time.perf_counter() + drawn.uniform(0, _SOON)
    while time.perf_counter() < end:
        pass
    os.close(reader)
    return _kill(child)


def _kill(child: Child) -> Ended:
    child.kill()
    return child.wait()


def _run_of(place: Path) -> Path:
    """The one run; a kill before its run.json was there leaves an empty folder at most."""
    (found,) = (path.parent for path in (place / "runs").glob("small/*/run.json"))
    return found
