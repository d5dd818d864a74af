"""What a run survives: `python -m tests.crashes [PART…] [--sample]`.

    past_disk    whether anything changes the disk past cifar_pipe.disk
    points       a kill before, in and after each call that changes the disk
    kills        kills at random instants
    faults       a full, broken or forbidden disk at each of these calls, and writes that are cut short
    reads        files of a run that cannot be read
    corruption   single bits flipped and files cut off, of checkpoints and of the store
    damaged      runs that meet such files
    directory    20 processes that start at once in one run directory, some of them killed
    store        20 that share the store
    archive      20 that unpack one archive

After each the same command must end with the result of an undisturbed run. The whole takes an hour; a sample,
which the tests run, half a minute.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.crashes import concurrency, corruption, failures, kills, past_disk
from tests.crashes.child import warm_up
from tests.crashes.trials import Trial, each, undisturbed


@dataclass(frozen=True)
class Part:
    """`cases` gives those of the whole; a sample is of `few` of them, or has its own."""

    trial: Callable[[Any], Trial]
    cases: Callable[[], Sequence[Any]]
    few: int | Callable[[], Sequence[Any]]
    # A run often waits.
    at_once: int = 2 * (os.cpu_count() or 1)


PARTS = {
    "past_disk": Part(past_disk.watch, lambda: [0], 1),
    "points": Part(kills.kill_at_point, kills.points, 12),
    "kills": Part(kills.kill_at_random, lambda: range(500), 6),
    "faults": Part(failures.fail_at_call, failures.faults, 10),
    "reads": Part(failures.fail_to_read, failures.reads, 3),
    "corruption": Part(corruption.damage_files, corruption.damages, 10),
    "damaged": Part(corruption.run_with_damaged, corruption.places, 2),
    "directory": Part(
        concurrency.one_directory, concurrency.rounds, concurrency.few_rounds, at_once=1
    ),
    "store": Part(concurrency.one_store, concurrency.rounds, concurrency.few_rounds, at_once=1),
    "archive": Part(concurrency.one_archive, concurrency.rounds, concurrency.few_rounds, at_once=1),
}


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.crashes")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--sample", action="store_true", help="a few of each")
    parser.add_argument("--first", type=int, metavar="N", help="N of each, spread over all")
    given = parser.parse_args()
    warm_up()
    calls = undisturbed().calls
    print(f"a run: {len(calls)} calls, {undisturbed().seconds:.2f} s")
    names = given.parts or [*PARTS]
    return int(any([not _passes(name, PARTS[name], given) for name in names]))  # noqa: C419


def _passes(name: str, part: Part, given: argparse.Namespace) -> bool:
    cases = part.few() if given.sample and callable(part.few) else part.cases()
    most = part.few if given.sample and isinstance(part.few, int) else given.first or len(cases)
    most = min(most, len(cases))
    chosen = [cases[place * len(cases) // most] for place in range(most)]
    # Whatever comes of the first ones holds for all.
    random.Random(0).shuffle(chosen)
    counts, wrong, started = Counter[str](), 0, time.monotonic()
    for done, trial in enumerate(each(part.trial, chosen, part.at_once), 1):
        counts += trial.counts
        if done % 100 == 0:
            print(f"{name}: {done} of {len(chosen)} are done, {wrong} wrong", flush=True)
        wrong += bool(trial.wrong)
        for one in trial.wrong:
            print(f"{name}: {trial.name}: {one}")
    figures = ", ".join(f"{number} {what}" for what, number in counts.items())
    seconds = time.monotonic() - started
    print(f"{name}: {len(chosen)} of {len(cases)}, {wrong} wrong ({figures}; {seconds:.0f} s)")
    sys.stdout.flush()
    return wrong == 0


if __name__ == "__main__":
    sys.exit(main())
