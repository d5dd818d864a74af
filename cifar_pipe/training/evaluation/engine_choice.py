"""Which engine evaluates: a rule, and a trial at the beginning of a training that its result records.

Whoever measures the network of that training later looks there and times nothing, so that a result is the same
whether the training is of this run or a kept one.
"""

from __future__ import annotations

import time

import torch

from cifar_pipe.context import Context
from cifar_pipe.model.network import Network
from cifar_pipe.training.engines import loading
from cifar_pipe.training.engines.kernels import KernelsEngine
from cifar_pipe.training.engines.plan import check_context
from cifar_pipe.training.engines.remembered import Times, key_of, recall, remember
from cifar_pipe.training.engines.tracing.trace import trace
from cifar_pipe.training.engines.tracing.values import NotPlanned
from cifar_pipe.training.evaluation.evaluate import evaluating
from cifar_pipe.training.evaluation.forward_kernels import ForwardKernels
from cifar_pipe.training.evaluation.passes import EvaluationEngine, is_much
from cifar_pipe.training.precision import outputs_of
from cifar_pipe.training.threads import choose_threads, using

CHOICE = "evaluation"
"""Where a training's choices have what `engine_while_training` gave."""

_IMAGES = 256
_MULTIPLY_ADDS = 3e8
_ROUNDS = 4
_SECONDS = 0.5
# Where both take about as long, it is eager.
_CLEARLY = 0.9


def engine_while_training(network: Network, context: Context, engine: str) -> EvaluationEngine:
    """Of a training whose steps are the `engine`'s; its network is placed."""
    if engine != KernelsEngine.name:
        return "eager"
    if context.engine == "kernels":
        return "kernels"
    try:
        return _tried(network, context)
    except NotPlanned:
        return "eager"


def engine_after(
    recorded: str | None, network: Network, images: int, context: Context
) -> EvaluationEngine:
    """Of so many images; `recorded` is what the training that gave the network has chosen, where one did."""
    if context.engine == "kernels":
        return "kernels"
    if context.engine != "auto" or recorded != "kernels" or not is_much(network, images):
        return "eager"
    try:
        usual = trace(network, network.input_shape).is_usual
    except NotPlanned:
        return "eager"
    # Compiling takes longer than any evaluation by kernels saves.
    is_there = loading.is_installed() and loading.is_compiled(usual=usual)
    return "kernels" if is_there else "eager"


def _tried(network: Network, context: Context) -> EvaluationEngine:
    check_context(context)
    work = sum(row.multiply_adds for row in network.rows)
    count = max(16, min(_IMAGES, int(_MULTIPLY_ADDS / max(work, 1))))
    threads = choose_threads(network.rows, _IMAGES, device=context.device, fixed=context.threads)
    key = key_of(network, ("evaluation", network.input_shape, threads))
    times = recall(key)
    if KernelsEngine.name not in times:
        with using(threads), evaluating(network), torch.inference_mode():
            times = _raced(network, context, count, threads.count)
        remember(key, times)
    return "kernels" if times["kernels"] < _CLEARLY * times["eager"] else "eager"


def _raced(network: Network, context: Context, count: int, threads: int) -> Times:
    """Seconds for so many images, of the fastest of a few rounds in turn."""
    # Not from the training's random numbers.
    images = torch.rand(count, *network.input_shape, generator=torch.Generator().manual_seed(0))
    kernels = ForwardKernels(network, threads)
    found: list[tuple[float, float]] = []
    try:
        # The first round finds its memory.
        while len(found) < 2 or (len(found) < _ROUNDS and sum(map(sum, found)) < _SECONDS):
            began = time.perf_counter()
            outputs_of(network, images, context)
            between = time.perf_counter()
            kernels.outputs(images)
            found.append((between - began, time.perf_counter() - between))
    finally:
        kernels.close()
    eager, ours = (min(times) for times in zip(*found[1:], strict=True))
    return {"eager": eager, "kernels": ours}
