"""What each stage computes fits into so much memory; checked where `options.memory_limit` is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import prod

from cifar_pipe.catalog.core.facts import optimizer_facts
from cifar_pipe.catalog.tables.metrics import takes_probabilities
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.network import NetworkUse
from cifar_pipe.checks.torch.analysis.on_meta import on_meta, trainable
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.pipeline.roles import (
    Averages,
    Measures,
    RestoresBest,
    SetsSteps,
    TakesSplit,
    Trains,
)
from cifar_pipe.training.memory import Memory, bytes_of, in_words, of_evaluation, of_training
from cifar_pipe.training.trials.usual_sizes import shared_out

CODES = ("memory",)
NEEDS_TORCH = True


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """What a stage takes at least; `batch_stage` says its batch size."""

    stage: Stage
    memory: Memory
    batch_stage: Stage


def check(context: CheckContext) -> None:
    if context.options.memory_limit is None:
        return
    limit, where = context.options.memory_limit(context.pipeline.document.runtime.device)
    for need in memory_needs(context):
        memory = need.memory
        if memory.total > limit:
            needs = f"{need.stage.id} needs about {in_words(memory.total)}"
            batches = f"batches of {memory.batch_size:,}"
            message = f"{needs} for {batches}, and {where} has {in_words(limit)}"
            most = memory.largest_batch(limit)
            help_ = _help(need, most) if most else "a smaller network"
            notes = (_parts_in_words(memory),)
            problem = Problem(message, ("batch_size",), "memory", help_, notes)
            context.report(need.batch_stage, problem)


def _help(need: MemoryNeed, most: int) -> str:
    fits, spec = f"a batch_size of {most:,} or less fits", need.stage.spec
    accumulates = isinstance(spec, Trains) and not optimizer_facts(spec.optimizer).needs_closure
    if not accumulates or not isinstance(spec, SetsSteps):
        return fits
    size, times = shared_out(need.memory.batch_size, most)
    accumulate = f"-S {need.stage.id}.accumulate={times * spec.accumulate}"
    same = f"-S {need.batch_stage.id}.batch_size={size} {accumulate}"
    return f"{fits}; with {same} a step is the same"


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
                trainable=trainable(spec),
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


def _parts_in_words(memory: Memory) -> str:
    parts = {
        "parameters": memory.parameters,
        "gradients": memory.gradients,
        "the optimizer's state": memory.optimizer,
        "copies of networks": memory.copies,
        "the outputs for all images": memory.outputs,
        "activations": memory.activations,
    }
    return ", ".join(f"{name} {in_words(size)}" for name, size in parts.items() if size)
