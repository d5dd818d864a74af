"""What a run survives: `python -m tests.crashes [PART…] [--sample]`.

    points       a kill before, in and after each call that changes the disk
    kills        kills at random instants
    faults       a full, broken or forbidden disk at each of these calls, and writes that are cut short
    reads        files of a run that cannot be read

After each the same command must end with the result of an undisturbed run. It takes an hour; the sample, which the
tests run, half a minute.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.crashes import failures, kills
from tests.crashes.child import warm_up
from tests.crashes.trials import Trial, each, undisturbed


@dataclass(frozen=True)
class Part:
    """`cases` gives those of the whole; a sample is of `few` of them."""

    trial: Callable[[Any], Trial]
    cases: Callable[[], Sequence[Any]]
    few: int


PARTS = {
    "points": Part(kills.kill_at_point, kills.points, 24),
    "kills": Part(kills.kill_at_random, lambda: range(500), 8),
    "faults": Part(failures.fail_at_call, failures.faults, 24),
    "reads": Part(failures.fail_to_read, failures.reads, 6),
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
    cases = part.cases()
    most = part.few if given.sample else given.first or len(cases)
    chosen = [cases[place * len(cases) // most] for place in range(min(most, len(cases)))]
    counts, wrong, started = Counter[str](), 0, time.monotonic()
    for trial in each(part.trial, chosen):
        counts += trial.counts
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
