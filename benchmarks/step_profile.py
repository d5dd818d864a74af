"""Where the time of a training's steps on a GPU goes: kernels, launches, waits.

    python benchmarks/step_profile.py pipelines/recipes/cifar10_resnet18.yaml -S runtime.engine=eager

Profiles ten steps, after those in which memory is found and code is compiled, and prints their time, how long the host
took to queue them, and the kernels that take most: where queueing takes as long as the steps, the host is what is slow.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch.autograd import DeviceType
from torch.profiler import ProfilerActivity, profile

import cifar_pipe
from cifar_pipe.training.engine import EagerEngine

STEPS = 10


@contextmanager
def profiled(first: int, told: list[str]) -> Iterator[None]:
    """Tells of ten steps of this process from the `first` on, those of a trial counted, too."""
    real, number, began = EagerEngine.step, 0, 0.0
    profiler = profile(activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA])

    def step(self: Any, batches: Any) -> Any:
        nonlocal number, began
        number += 1
        if number == first:
            wait()
            profiler.start()
            began = time.perf_counter()
        loss = real(self, batches)
        if number == first + STEPS - 1:
            queued = time.perf_counter() - began
            wait()
            seconds = time.perf_counter() - began
            profiler.stop()
            told.extend(summary(profiler, queued, seconds))
        return loss

    EagerEngine.step = step  # type: ignore[method-assign]
    try:
        yield
    finally:
        EagerEngine.step = real  # type: ignore[method-assign]


def wait() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def summary(profiler: Any, queued: float, seconds: float) -> Iterator[str]:
    rows = profiler.key_averages()
    # The operations that have asked for kernels have their time, too.
    kernels = [one for one in rows if one.device_type == DeviceType.CUDA]
    busy = sum(one.self_device_time_total for one in kernels) / 1000 / STEPS
    calls = Counter({one.key: one.count for one in rows})
    launches = sum(count for key, count in calls.items() if "Launch" in key) / STEPS
    waits = sum(count for key, count in calls.items() if "Synchronize" in key) / STEPS
    yield (
        f"a step, profiled: {1000 * seconds / STEPS:.2f} ms, queued in {1000 * queued / STEPS:.2f} ms; "
        f"kernels {busy:.2f} ms, {launches:.0f} launches, {waits:.1f} waits"
    )
    for one in sorted(kernels, key=lambda one: -one.self_device_time_total)[:12]:
        each = one.self_device_time_total / 1000 / STEPS
        yield f"  {each:.3f} ms  {one.count / STEPS:.1f} times  {one.key[:90]}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pipeline", type=Path)
    parser.add_argument("-S", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--first", type=int, default=150, help="the first step that is profiled")
    given = parser.parse_args()
    steps = given.first + 2 * STEPS
    length = ["train.epochs=null", f"train.steps={steps}"]
    told: list[str] = []
    with tempfile.TemporaryDirectory() as folder, profiled(given.first, told):
        run_dir = Path(folder) / "run"
        overrides = [*length, *given.S]
        cifar_pipe.run(given.pipeline, overrides, run_dir=run_dir, until="train", force="train")
    print("\n".join(told))


if __name__ == "__main__":
    main()
