"""What each stage computes fits into so much memory; checked where `options.memory_limit` is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cifar_pipe.catalog.core.facts import optimizer_facts
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.pipeline.roles import SetsSteps, Trains
from cifar_pipe.training.trials.usual_sizes import shared_out

if TYPE_CHECKING:
    from cifar_pipe.checks.torch.analysis.memory_needs import MemoryNeed
    from cifar_pipe.training.memory import Memory

CODES = ("memory",)
NEEDS_TORCH = True


def check(context: CheckContext) -> None:
    if context.options.memory_limit is None:
        return
    from cifar_pipe.checks.torch.analysis.memory_needs import memory_needs  # noqa: PLC0415 (torch)
    from cifar_pipe.training.memory import in_words  # noqa: PLC0415 (torch)

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


def _parts_in_words(memory: Memory) -> str:
    from cifar_pipe.training.memory import in_words  # noqa: PLC0415 (torch)

    parts = {
        "parameters": memory.parameters,
        "gradients": memory.gradients,
        "the optimizer's state": memory.optimizer,
        "copies of networks": memory.copies,
        "the outputs for all images": memory.outputs,
        "activations": memory.activations,
    }
    return ", ".join(f"{name} {in_words(size)}" for name, size in parts.items() if size)
