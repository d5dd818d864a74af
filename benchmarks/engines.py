"""Steps of many networks by the engine that `auto` chooses, and eagerly, in turn.

    python benchmarks/engines.py pipelines/networks/*.yaml benchmarks/networks/*.yaml --batches 1 4 32 128

Prints for each network and batch size the milliseconds of a step (gathering and augmenting images of noise as the
pipeline says, forward, loss, backward, update): eagerly, and with the chosen engine where that is another, medians of
steps taken in turn, and the ratio, above 1 where it is faster. In the end, of each network that has kernels, how far
the losses of `--check` steps are apart, as a share, at batches of 4. For figures worth keeping nothing else should run.
"""

from __future__ import annotations

import argparse
import copy
import math
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

import torch

from cifar_pipe.checks.check import check
from cifar_pipe.checks.context import CheckOptions
from cifar_pipe.checks.data_flow import declared
from cifar_pipe.context import Context, EngineChoice
from cifar_pipe.data.batches import Batching, Data
from cifar_pipe.data.store import Split
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.events import NoEvents
from cifar_pipe.model.network import Network, build_untrained
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.training.engine import AnyBatch
from cifar_pipe.training.engines import choice
from cifar_pipe.training.engines.choice import Wanted
from cifar_pipe.training.optimization.steps import Steps, steps_of
from cifar_pipe.training.trials.trial import stretches_of_steps

_SIZES = (1, 4, 32, 128)
_LONG = Wanted(1_000_000)
_FEWEST = 3


class Job:
    """What a pipeline trains, and how."""

    def __init__(self, file: Path, *overrides: str) -> None:
        findings = Findings()
        checked = check(file, list(overrides), findings, facts_of=declared, options=CheckOptions())
        if checked is None or not checked.passed:
            raise SystemExit(f"cifar-pipe validate {file} has findings")
        specs = [stage.spec for stage in checked.pipeline.stages]
        self.train = next(one for one in specs if isinstance(one, Train))
        self.load = next(one for one in specs if isinstance(one, LoadData))
        rows = next(iter(checked.networks.values()))
        self._layers, self._shape = rows.layers, rows.input_shape
        self.name = file.stem

    def network(self) -> Network:
        return build_untrained(self._layers, self._shape)

    def data(self, batch_size: int) -> Data:
        source = torch.Generator().manual_seed(0)
        count = max(512, 2 * batch_size)
        images = torch.randint(0, 256, (count, 3, 32, 32), dtype=torch.uint8, generator=source)
        split = Split("train", images, torch.arange(count) % 10)
        classes = tuple("abcdefghij")
        batching = Batching(self.load.transforms, batch_size)
        return Data({"train": split}, classes=classes, batching=batching)

    def steps(self, network: Network, data: Data, engine: EngineChoice, folder: Path):  # noqa: ANN201
        context = Context(
            stage="train", seed=0, device="cpu", run_dir=folder, folder=folder, events=NoEvents(),
            record=lambda _: None, check_signal=lambda: None, engine=engine,
        )  # fmt: skip
        prepared = steps_of(network, data, self.train, context, wanted=_LONG)
        return prepared, lambda steps: stretches_of_steps(steps.engine, data, context, 1)


def compare(job: Job, batch_size: int, seconds: float, folder: Path) -> str:
    network, data = job.network(), job.data(batch_size)
    (first, eager_of), (second, chosen_of) = (
        job.steps(copy.deepcopy(network), data, engine, folder) for engine in ("eager", "auto")
    )
    with first as eager, second as chosen:
        times = timed([(eager, eager_of(eager)), (chosen, chosen_of(chosen))], seconds)
        ours, theirs = (1000 * statistics.median(one) for one in reversed(times))
        is_same = chosen.engine.name == eager.engine.name
        ratio = "" if is_same else f"{theirs / ours:.2f}"
        reason = chosen.chosen.reason if is_same else ""
    return f"{theirs:9.3f} {ours:9.3f}  {chosen.engine.name:8s} {ratio:5s} {reason}"


Turn = tuple[Steps, Iterator[list[list[AnyBatch]]]]


def timed(turns: Sequence[Turn], seconds: float) -> list[list[float]]:
    """Of a step, in turns of as many steps as the one takes at a time that takes the most: each has its threads awake and its
    numbers in the cache by then.
    """
    times: list[list[float]] = [[] for _ in turns]
    for steps, stretches in turns:
        losses(steps, next(stretches))
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends or len(times[0]) < _FEWEST:
        most = max(steps.engine.stretch for steps, _ in turns)
        for (steps, stretches), its in zip(turns, times, strict=True):
            began, done = time.perf_counter(), 0
            while done < most:
                taken = next(stretches)
                losses(steps, taken)
                done += len(taken)
            its.append((time.perf_counter() - began) / done)
    return times


def losses(steps: Steps, taken: Sequence[list[AnyBatch]]) -> list[float]:
    return [float(loss) for loss in steps.engine.steps(taken)]


def apart(job: Job, count: int, folder: Path) -> str:
    """The largest difference of the losses of so many steps, as a share."""
    network, data = job.network(), job.data(4)
    found = []
    for engine in ("eager", "kernels"):
        prepared, stretches_of = job.steps(copy.deepcopy(network), data, engine, folder)
        with prepared as steps:
            if steps.engine.name != engine:
                return steps.chosen.reason
            torch.manual_seed(0)
            taken = islice(chain.from_iterable(stretches_of(steps)), count)
            found.append(torch.tensor(losses(steps, list(taken))))
    difference = ((found[0] - found[1]).abs() / found[0].abs().clamp(min=1)).max()
    return f"{float(difference):.1e} in {count} steps"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--batches", nargs="+", type=int, default=_SIZES)
    parser.add_argument("--seconds", type=float, default=5.0, help="for each network and batch")
    parser.add_argument("--check", type=int, default=200, help="steps whose losses are compared")
    parser.add_argument(
        "--compile", action="store_true", help="try torch.compile too: a minute each"
    )
    given = parser.parse_args()
    if not given.compile:
        choice.COMPILING["cpu"] = replace(choice.COMPILING["cpu"], seconds=math.inf)
    # Each run tries anew.
    choice.recall = lambda _: {}  # type: ignore[attr-defined]
    choice.remember = lambda *_: None  # type: ignore[attr-defined]
    # At a large rate rounding grows to anything within a few steps, between any two engines, and noise is not learnt.
    jobs = [Job(file, "train.optimizer.lr=1e-4") for file in given.files]
    with tempfile.TemporaryDirectory() as folder:
        print(f"{'network':18s} {'batch':>5s} {'eager ms':>9s} {'chosen ms':>9s}")
        for job in jobs:
            for size in given.batches:
                found = compare(job, size, given.seconds, Path(folder))
                print(f"{job.name:18s} {size:5d} {found}", flush=True)
        for job in jobs if given.check else ():
            print(f"{job.name:18s} {apart(job, given.check, Path(folder))}", flush=True)


if __name__ == "__main__":
    main()
