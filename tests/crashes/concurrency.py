"""Many processes that start the same pipeline at once."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.crashes.child import Child, start
from tests.crashes.small_run import COMMAND, FILE, OUT, PIPELINE
from tests.crashes.trials import Trial, folder, undisturbed
from tests.data.conftest import make_cifar10

_HOLDER = re.compile(r"another run is at work in out \(process (\d+)\)")
_CIFAR = PIPELINE.replace(
    "{type: ImageFolder, root: images}", "{type: CIFAR10, root: data}"
).replace("out_features: 2}", "out_features: 10}")


@dataclass(frozen=True)
class Round:
    number: int
    processes: int


def rounds() -> list[Round]:
    return [Round(number, 20) for number in range(50)]


def few_rounds() -> list[Round]:
    return [Round(1, 6)]


def one_directory(case: Round) -> Trial:
    """One runs; the others are refused, and told who it is, or find it finished. In every other round
    a process is killed, which is in nobody's way.
    """
    trial = Trial(f"one directory, round {case.number}")
    with folder() as place:
        children = _start(place, case, lambda _: COMMAND)
        if case.number % 2:
            drawn = random.Random(case.number)
            time.sleep(drawn.uniform(0, 2 * undisturbed().seconds))
            drawn.choice(children).kill()
        ended = [child.wait() for child in children]
        numbers = {child.number for child in children}
        for one in ended:
            holder = _HOLDER.search(one.said)
            if one.status == 0:
                trial.counts["ran"] += 1
            elif one.killed:
                trial.counts["killed"] += 1
            elif one.status == 3 and holder and int(holder[1]) in numbers:
                trial.counts["refused"] += 1
            else:
                trial.wrong.append(f"{one.status}: {one.said[-1500:]}")
        trial.check(start(place).wait(), place / OUT, undisturbed().result, "the run after them")
    return trial


def one_store(case: Round) -> Trial:
    """Without a directory that is named each has its own, and all have the same result."""
    trial = Trial(f"one store, round {case.number}")
    with folder() as place:
        ended = [child.wait() for child in _start(place, case, lambda _: ("run", FILE))]
        for one in ended:
            trial.counts["ran"] += 1
            found = re.search(r"^run directory: (\S+)", one.said, re.MULTILINE)
            out = place / found[1] if found else place
            trial.check(one, out, undisturbed().result, "one of them")
    return trial


def one_archive(case: Round) -> Trial:
    """All unpack it at once, and all read it whole."""
    trial = Trial(f"one archive, round {case.number}")
    # The checksums are those of this small archive.
    with folder() as place, pytest.MonkeyPatch.context() as patch:
        (place / FILE).write_text(_CIFAR)
        make_cifar10(place / "data", patch)
        children = _start(place, case, lambda one: ("run", FILE, "--run-dir", f"out-{one}"))
        for child in children:
            one = child.wait()
            trial.counts["ran"] += 1
            if one.status != 0 or "Traceback" in one.said:
                trial.wrong.append(f"{one.status}: {one.said[-1500:]}")
        if not trial.wrong:
            _check_same(trial, place, case)
    return trial


def _check_same(trial: Trial, place: Path, case: Round) -> None:
    weights = {(place / f"out-{one}/net.pth").read_bytes() for one in range(case.processes)}
    if len(weights) != 1:
        trial.wrong.append("their weights differ")
    left = sorted(path.name for path in (place / "data").rglob("*") if path.is_file())
    names = [f"data_batch_{one}" for one in range(1, 6)]
    if left != ["batches.meta", "cifar-10-python.tar.gz", *names, "test_batch"]:
        trial.wrong.append(f"the data's folder holds {left}")


def _start(place: Path, case: Round, command: Callable[[int], Sequence[str]]) -> list[Child]:
    numbers = range(case.processes)
    return [start(place, command(one), said=f"said-{one}.txt") for one in numbers]
