"""What the store and the checkpoints cost: the main pipeline with them and without, in turn.

    python benchmarks/saving_cost.py pipelines/cifar10_lenet.yaml --rounds 5 -S 'load_data.dataset={type: Shapes, train: 50000, test: 10000}'

Each run has a store of its own, so that nothing is reused. Prints the seconds of each run and of the processor, and
by how much the medians differ; the goal is less than 2 %. A run without a store writes no checkpoints. The
fingerprint of the data is taken in both, and its time is printed.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.events import Events
from cifar_pipe.runner.prepare import Prepared, prepare
from cifar_pipe.runner.run import RunOptions, judge_of, run


class Silent:
    """Says nothing."""

    def say(self, text: str) -> None: ...
    def note(self, text: str) -> None: ...
    def warn(self, text: str) -> None: ...
    def progress(self, label: str, total: int | None) -> Silent:  # noqa: ARG002
        return self

    def advance(self, count: int = 1, **shown: object) -> None: ...
    def close(self) -> None: ...


def seconds_of(prepared: Prepared, *, kept: bool) -> tuple[float, float]:
    """Of the clock and of the processor."""
    events: Events = Silent()
    folder = Path(tempfile.mkdtemp(prefix="saving-cost-"))
    store = folder / "store" if kept else None
    wall, processor = time.perf_counter(), time.process_time()
    run(prepared, RunOptions(events, folder / "run", store=store))
    taken = time.perf_counter() - wall, time.process_time() - processor
    shutil.rmtree(folder)
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("-S", dest="overrides", action="append", default=[], metavar="KEY=VALUE")
    given = parser.parse_args()
    findings = Findings()
    prepared = prepare(given.file, given.overrides, findings)
    if prepared is None:
        raise SystemExit([finding.message for finding in findings.sorted()])
    started = time.perf_counter()
    judge = judge_of(prepared.pipeline, RunOptions(Silent()))
    for stage in prepared.pipeline.stages:
        judge.external(stage)
    print(f"fingerprint of what is read: {time.perf_counter() - started:.3f} s")
    seconds_of(prepared, kept=True)  # imports, and fills the caches of the disk
    found: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    for number in range(given.rounds):
        for kept in (True, False) if number % 2 else (False, True):
            found[kept].append(seconds_of(prepared, kept=kept))
            wall, processor = found[kept][-1]
            print(f"{'with' if kept else 'without'}: {wall:.2f} s, processor {processor:.2f} s")
    for place, what in enumerate(("clock", "processor")):
        kept, plain = (
            statistics.median(one[place] for one in found[kept]) for kept in (True, False)
        )
        print(f"{what}: with {kept:.2f} s, without {plain:.2f} s: {kept / plain - 1:+.1%}")


if __name__ == "__main__":
    main()
