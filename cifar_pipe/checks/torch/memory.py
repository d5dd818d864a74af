"""What each stage computes fits into so much memory; checked where `options.memory_limit` is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.network import NetworkUse
from cifar_pipe.checks.torch.analysis.on_meta import on_meta, trainable
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.pipeline.roles import Averages, Measures, RestoresBest, Trains
from cifar_pipe.training.memory import Memory, bytes_of, in_words, of_evaluation, of_training

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
            help_ = f"a batch_size of {most:,} or less fits" if most else "a smaller network"
            notes = (_parts_in_words(memory),)
            problem = Problem(message, ("batch_size",), "memory", help_, notes)
            context.report(need.batch_stage, problem)


def memory_needs(context: CheckContext) -> Iterator[MemoryNeed]:
    """What each training and evaluation takes, with the other networks that are kept meanwhile."""
    halved = context.pipeline.document.runtime.precision in ("bfloat16", "float16")

    def need(stage: Stage, memory: Memory, batch_stage: Stage) -> MemoryNeed:
        # At least: what is not safe in 16 bits is computed, and kept, in 32.
        activations = memory.activations // 2 if halved else memory.activations
        return MemoryNeed(stage, replace(memory, activations=activations), batch_stage)

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
            )
            # What it trains is a copy of what it takes; the best epoch's weights are another, and
            # averaged weights one more.
            best = isinstance(spec, RestoresBest) and spec.restore_best
            averages = isinstance(spec, Averages) and spec.averaging is not None
            copies = sum(kept.values()) + memory.parameters * (best + averages)
            yield need(use.stage, replace(memory, copies=copies), use.flow.stage)
        elif isinstance(spec, Measures):
            memory = of_evaluation(layers, shape, batch_size=spec.batch_size)
            copies = sum(kept.values()) - memory.parameters
            yield need(use.stage, replace(memory, copies=copies), use.stage)


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
        "activations": memory.activations,
    }
    return ", ".join(f"{name} {in_words(size)}" for name, size in parts.items() if size)
