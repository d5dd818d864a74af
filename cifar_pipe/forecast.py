"""What the stages of a pipeline will take on this machine: a second of each is tried with drawn images.

A stage that computes nothing to speak of has no forecast, nor has one whose images or whose number
is not known before the data is read.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
from PIL import Image

from cifar_pipe.catalog.images.data_facts import dataset_facts
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.data_flow import Flow
from cifar_pipe.checks.network import NetworkUse
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Batching, Data
from cifar_pipe.data.image_files.reader import ImageReader
from cifar_pipe.data.store import Split
from cifar_pipe.errors import CifarPipeError
from cifar_pipe.events import NoEvents
from cifar_pipe.model.network import Network, build_untrained
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.pipeline.roles import Measures, TakesSplit, Trains
from cifar_pipe.profiling import unprofiled
from cifar_pipe.runner.device import choose, waiting_for
from cifar_pipe.runtime import Residency
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.training.engines.choice import Wanted
from cifar_pipe.training.evaluation.engine_choice import engine_after, engine_while_training
from cifar_pipe.training.evaluation.evaluate import EvaluationJob, evaluate
from cifar_pipe.training.evaluation.passes import EvaluationEngine
from cifar_pipe.training.memory import in_words
from cifar_pipe.training.optimization.steps import steps_of
from cifar_pipe.training.progress.peak import share_of_peak
from cifar_pipe.training.trials.trial import stretches_of_steps

# Of one trial; the first steps find memory, and are not counted.
_SECONDS = 0.5
_WARM_UP = 3
_FEWEST = 3
_BATCHES = 64
# A batch of a trial has fewer images where a step with all of them would take many seconds.
_MOST_MULTIPLY_ADDS = 10e9
_DECODED = 64
_VALIDATION_BATCH = 250
# What becomes of image files, the first time.
_DECODED_TO: Mapping[Residency, str] = {
    "auto": "decoded once, later runs map them",
    "mapped": "decoded once, later runs map them",
    "memory": "decoded once, later runs read them",
    "device": "decoded once, later runs read them",
    "stream": "decoded for each batch",
}


@dataclass(frozen=True, slots=True)
class Forecast:
    """`seconds` is None where it is not known, and `made_of` then says what that would need."""

    stage: str
    seconds: float | None
    made_of: str


def forecasts(context: CheckContext) -> Iterator[Forecast]:
    """Of each stage that loads data, trains or measures, in their order.

    Raises RunError where the pipeline's device is not there.
    """
    device = choose(str(context.pipeline.document.runtime.device))
    trial = _Trial(context, device)
    uses = {use.stage.id: use for use in context.uses()}
    for stage in context.pipeline.stages:
        if (flow := context.flows.get(stage.id)) is not None:
            yield _of_loading(stage, flow, context.pipeline.document.runtime.residency)
        elif isinstance(stage.spec, Trains | Measures) and (use := uses.get(stage.id)) is not None:
            try:
                yield from trial.of(stage, use)
            except (CifarPipeError, MemoryError) as error:
                yield Forecast(stage.id, None, f"cannot be tried here: {error}")


def expected_seconds(context: CheckContext) -> dict[str, float]:
    """By stage, where it is known. The trials are no part of a profile."""
    with unprofiled():
        found = list(forecasts(context))
    return {one.stage: one.seconds for one in found if one.seconds is not None}


def _of_loading(stage: Stage, flow: Flow, residency: Residency) -> Forecast:
    facts, dataset = flow.facts, dataset_facts(flow.spec.dataset)
    counts, shape = (facts.train, facts.test), facts.image.shape
    if None in counts or shape is None:
        return Forecast(stage.id, None, "needs the images' number and size: --data reads them")
    images = sum(count or 0 for count in counts) + (facts.val or 0)
    size = images * prod(shape) * (4 if facts.image.dtype == "float32" else 1)
    what = f"{images:,} images, {in_words(size)} in memory"
    if dataset.generated or dataset.downloadable:
        return Forecast(stage.id, None, f"{what}, not tried")
    seconds = images * _decoding(shape) / (os.cpu_count() or 1)
    return Forecast(stage.id, seconds, f"{what}, {_DECODED_TO[residency]}")


def _decoding(shape: Sequence[int]) -> float:
    """Seconds for a JPEG of noise of this size on one processor, which has more to decode than a photograph."""
    height, width = shape[1:]
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=75)
    reader, content = ImageReader(), file.getvalue()
    return _seconds_each(_once(lambda: reader.decode(content)), _DECODED)


@dataclass(frozen=True, slots=True)
class _Trial:
    """`recorded` is for each training which engine would evaluate its network."""

    context: CheckContext
    device: str
    recorded: dict[str, EvaluationEngine] = field(default_factory=dict)

    def of(self, stage: Stage, use: NetworkUse) -> Iterator[Forecast]:
        spec, flow = stage.spec, use.flow
        network = build_untrained(use.network.layers, use.network.input_shape)
        if flow is None:
            return
        each = max(1, sum(row.multiply_adds for row in use.network.rows))
        most = max(1, int(_MOST_MULTIPLY_ADDS / each))
        if isinstance(spec, Train):
            yield self._of_training(stage, spec, flow, network, most // 3 or 1)
        elif isinstance(spec, Measures):
            its, images = self._context(stage), flow.images_of("test")
            engine: EvaluationEngine = "eager"
            if isinstance(spec, TakesSplit):
                images = flow.images_of(spec.split)
                trained = self.recorded.get(stage.inputs.get("model", ""))
                engine = engine_after(trained, network, images or 0, its)
            yield self._of_measuring(stage, spec.batch_size, images, network, most, engine)

    def _of_training(
        self, stage: Stage, spec: Train, flow: Flow, network: Network, most: int
    ) -> Forecast:
        length = flow.length(spec)
        if length is None:
            return Forecast(stage.id, None, "needs the number of images: --data reads it")
        whole = flow.spec.batch_size
        size = min(whole, most)
        data = _drawn(flow, network, size * spec.accumulate * _BATCHES, batch_size=size)
        context = self._context(stage)
        wait = waiting_for(self.device)
        # Nothing is compiled for a forecast.
        wanted = Wanted(length.steps, compiles=False)
        with steps_of(network, data, spec, context, wanted=wanted) as steps:
            stretches = stretches_of_steps(steps.engine, data, context, spec.accumulate)

            def take() -> int:
                taken = next(stretches)
                for _ in steps.engine.steps(taken):
                    pass
                wait()
                return len(taken)

            seconds = _seconds_each(take) * whole / size
            engine = steps.engine.name
            share = share_of_peak(network, whole * spec.accumulate / seconds, context)
            evaluating = engine_while_training(network, context, engine)
            if engine == "eager" and steps.chosen.reason:
                engine = f"eager: {steps.chosen.reason}"
        self.recorded[stage.id] = evaluating
        total, parts = (
            length.steps * seconds,
            [f"{length.steps:,} steps of {_shown(seconds)} ({engine})"],
        )
        if share is not None:
            parts.append(f"{100 * share:.0f} % of the GPU's peak")
        if held_out := flow.images_of("val"):
            each = self._each(stage, network, _VALIDATION_BATCH, most, evaluating)
            total += length.epochs * held_out * each
            parts.append(f"{length.epochs:,} x {held_out:,} validation images")
        return Forecast(stage.id, total, ", ".join(parts))

    def _of_measuring(
        self,
        stage: Stage,
        batch_size: int,
        images: int | None,
        network: Network,
        most: int,
        engine: EvaluationEngine,
    ) -> Forecast:
        if images is None:
            return Forecast(stage.id, None, "needs the number of images: --data reads it")
        each = self._each(stage, network, batch_size, most, engine)
        return Forecast(stage.id, images * each, f"{images:,} images, {1 / each:,.0f} a second")

    def _each(
        self, stage: Stage, network: Network, batch_size: int, most: int, engine: EvaluationEngine
    ) -> float:
        """Seconds for an image, in evaluation mode."""
        size = min(batch_size, most)
        images = torch.rand(size, *network.input_shape)
        labels = torch.zeros(size, dtype=torch.int64)
        data = Data({"test": Split("test", images, labels)}, batching=Batching(batch_size=size))
        job = EvaluationJob(network, data, "test", size, engine=engine)
        context = self._context(stage)
        return _seconds_each(_once(lambda: evaluate(job, context))) / size

    def _context(self, stage: Stage) -> Context:
        runtime = self.context.pipeline.document.runtime
        return Context(
            stage=stage.id,
            seed=0,
            device=self.device,
            run_dir=Path(),
            folder=Path(),
            events=NoEvents(),
            record=_nothing,
            check_signal=_nothing,
            threads=runtime.threads,
            precision=runtime.precision,
            memory_format=runtime.memory_format,
            engine=runtime.engine,
        )


def _nothing(*_: Any) -> None: ...


def _drawn(flow: Flow, network: Network, count: int, *, batch_size: int) -> Data:
    """Data as the pipeline declares it, with images of noise; without transforms where the size of
    the files is not known.
    """
    facts, shape = flow.facts, flow.facts.image.shape
    count = max(batch_size, min(count, flow.training_images or count))
    generator = torch.Generator().manual_seed(0)
    if shape is None or facts.image.dtype == "float32":
        images = torch.rand(count, *network.input_shape, generator=generator)
        batching = Batching(batch_size=batch_size)
    else:
        images = torch.randint(0, 256, (count, *shape), dtype=torch.uint8, generator=generator)
        batching = Batching(flow.spec.transforms, batch_size)
    if facts.target_shape is not None:
        labels = torch.rand(count, *facts.target_shape, generator=generator)
        return Data({"train": Split("train", images, labels)}, batching=batching)
    number = facts.num_classes or network.rows[-1].output_shape[0]
    classes = tuple(str(one) for one in range(number))
    labels = torch.arange(count) % number
    return Data({"train": Split("train", images, labels)}, classes=classes, batching=batching)


def _once(work: Callable[[], object]) -> Callable[[], int]:
    def done() -> int:
        work()
        return 1

    return done


def _seconds_each(work: Callable[[], int], most: int | None = None) -> float:
    """The median of what each of those takes that it has done, when it has run a few times."""
    times: list[float] = []
    ends = time.perf_counter() + _SECONDS
    while len(times) < _WARM_UP + _FEWEST or (time.perf_counter() < ends and len(times) != most):
        began = time.perf_counter()
        count = work()
        seconds = time.perf_counter() - began
        times.append(seconds / count)
        if seconds > _SECONDS and len(times) > 1:
            break
    return median(times[_WARM_UP:] or times[1:])


def _shown(seconds: float) -> str:
    return f"{1000 * seconds:.2g} ms" if seconds < 1 else f"{seconds:.2g} s"
