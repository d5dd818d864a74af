"""What each stage takes of memory, with the networks that are kept meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import prod

from cifar_pipe.catalog.tables.metrics import takes_probabilities
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.network import NetworkUse
from cifar_pipe.checks.torch.analysis.on_meta import on_meta
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.pipeline.roles import (
    Averages,
    Measures,
    RestoresBest,
    TakesSplit,
    Trains,
    trained_patterns,
)
from cifar_pipe.training.memory import Memory, bytes_of, of_evaluation, of_training


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """What a stage takes at least; `batch_stage` says its batch size."""

    stage: Stage
    memory: Memory
    batch_stage: Stage


def memory_needs(context: CheckContext) -> Iterator[MemoryNeed]:
    """What each training and evaluation takes, with the other networks that are kept meanwhile."""
    runtime = context.pipeline.document.runtime
    precision = runtime.precision
    for use in context.uses():
        kept = _kept(context, use)
        layers, shape = use.network.layers, use.network.input_shape
        spec = use.stage.spec
        if isinstance(spec, Trains) and use.flow:
            batch = use.flow.spec.batch_size
            memory = of_training(
                layers,
                shape,
                batch_size=batch,
                optimizer=spec.optimizer,
                trainable=trained_patterns(spec),
                precision=precision,
            )
            # What it trains is a copy of what it takes; the best epoch's weights are another, and
            # averaged weights one more.
            best = isinstance(spec, RestoresBest) and spec.restore_best
            averages = isinstance(spec, Averages) and spec.averaging is not None
            copies = sum(kept.values()) + memory.parameters * (best + averages)
            yield MemoryNeed(use.stage, replace(memory, copies=copies), use.flow.stage)
        elif isinstance(spec, Measures):
            memory = of_evaluation(layers, shape, batch_size=spec.batch_size, precision=precision)
            copies = sum(kept.values()) - memory.parameters
            # They go to the CPU, whose memory is limited where the network is there too.
            outputs = _outputs(use, spec) if runtime.device == "cpu" else 0
            memory = replace(memory, copies=copies, outputs=outputs)
            yield MemoryNeed(use.stage, memory, use.stage)


def _outputs(use: NetworkUse, spec: Measures) -> int:
    """The bytes of all outputs of the split, where a metric needs them."""
    split = spec.split if isinstance(spec, TakesSplit) else "test"
    images = use.flow.images_of(split) if use.flow else None
    if not images or not takes_probabilities(spec.metrics or ()):
        return 0
    return 4 * images * prod(use.network.output_shape or ())


def _kept(context: CheckContext, use: NetworkUse) -> Mapping[str, int]:
    """The bytes of each network from above that this stage or one below takes, by who gives it."""
    stages = context.pipeline.stages
    at = stages.index(use.stage)
    above = {one.id for one in stages[:at]}
    needed = {one.inputs["model"] for one in stages[at:] if "model" in one.inputs} & above
    return {
        giver: bytes_of(on_meta(network))
        for giver, network in context.networks.items()
        if giver in needed
    }
