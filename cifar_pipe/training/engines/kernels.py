"""A step of compiled kernels on the CPU.

A batch goes through in chunks of a few images, which stay in the cache and are shared out over threads. Which
thread computes what, and in which order gradients are added, follows from the sizes alone.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.context import Context
from cifar_pipe.model.network import Network
from cifar_pipe.training.divergence import NotFinite
from cifar_pipe.training.engine import Batch, EagerEngine, Engine, Step
from cifar_pipe.training.engines.flat import FlatNetwork, Floats
from cifar_pipe.training.engines.layout import Program, lay_out
from cifar_pipe.training.engines.loading import load
from cifar_pipe.training.engines.optimizing import update_type
from cifar_pipe.training.engines.tracing import NotPlanned, Trace, trace
from cifar_pipe.training.targets import Criterion, form_of

# So many numbers that a chunk works on stay in the second cache of today's cores.
_CACHED = 400_000
_LARGEST_CHUNK = 16
_PLAIN_STEP = Step()
_NOTHING = np.zeros(0, np.float32)


@dataclass(frozen=True, slots=True)
class Plan:
    """What of a training has kernels. `smoothing`, `weights`, `ignored` and `summed` are the loss's."""

    trace: Trace
    smoothing: float
    weights: tuple[float, ...] | None
    ignored: int | None
    summed: bool


def plan_kernels(network: Network, loss: Component, optimizer: Optimizer, context: Context) -> Plan:
    """Raises NotPlanned, which names what there is no kernel for."""
    if context.device != "cpu":
        raise NotPlanned(f"the device {context.device}")
    if context.precision not in ("float32", "tf32"):
        raise NotPlanned(f"precision {context.precision}")
    if context.memory_format != "contiguous":
        raise NotPlanned(f"memory_format {context.memory_format}")
    if loss.name != "CrossEntropyLoss" or form_of(loss) != "class index":
        raise NotPlanned(f"the loss {loss.name}")
    update_type(optimizer)
    given = loss.given
    weights = given.get("weight")
    return Plan(
        trace(network, network.input_shape),
        smoothing=float(given.get("label_smoothing") or 0.0),
        weights=tuple(weights) if weights is not None else None,
        ignored=given.get("ignore_index"),
        summed=given.get("reduction") == "sum",
    )


class _Worker:
    """What one thread works on."""

    def __init__(self, trained: int, words: int) -> None:
        self.words = np.zeros(words, np.int64)
        self.gradients: Floats = np.zeros(trained, np.float32)
        self.arena: Floats = _NOTHING
        self.places = np.zeros(0, np.int32)

    def reserve(self, program: Program) -> None:
        if len(self.arena) < program.arena:
            self.arena = torch.zeros(program.arena).numpy()
        if len(self.places) < program.places:
            self.places = np.zeros(program.places, np.int32)


@dataclass(frozen=True, slots=True)
class _Share:
    """The chunks of one thread: each a program, and its first image."""

    chunks: Sequence[tuple[Program, int]]


class KernelsEngine(Engine):
    name = "kernels"

    def __init__(
        self,
        network: nn.Module,
        criterion: Criterion,
        optimizer: Optimizer,
        context: Context,
        settings: Step = _PLAIN_STEP,
        *,
        plan: Plan,
        threads: int = 1,
    ) -> None:
        """Raises OSError and ImportError where the kernels cannot be loaded."""
        super().__init__(network, criterion, optimizer, context, settings)
        self._kernels = load()
        self._plan = plan
        self._eager = EagerEngine(network, criterion, optimizer, context, settings)
        self._flat = FlatNetwork(network, optimizer)
        self._update = update_type(optimizer)(optimizer, self._flat, self._kernels)
        self._update.bind()
        count, words = 1 if plan.trace.whole else threads, self._kernels.words
        self._workers = [_Worker(self._flat.trained, words) for _ in range(count)]
        self._pool = _pool(count, self._kernels.library) if count > 1 else None
        classes = plan.trace.output.size
        weights = plan.weights if plan.weights is not None else (1.0,) * classes
        self._weights = np.array(weights, np.float32)
        self._shares: dict[int, list[_Share]] = {}
        self._counters = [
            one.num_batches_tracked
            for one in network.modules()
            if isinstance(one, nn.BatchNorm1d | nn.BatchNorm2d)
            and one.num_batches_tracked is not None
        ]

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """The optimizer has loaded its own state before."""
        del state
        self._update.bind()

    def close(self) -> None:
        """Gives the network's tensors memory of their own, and ends the threads."""
        self._flat.release()
        if self._pool is not None:
            self._pool.shutdown()

    def step(self, batches: Sequence[Batch]) -> float | Tensor:
        if any(not self._takes(labels) for _, labels in batches):
            return self._eager.step(batches)
        scale = 1.0 if self._plan.summed else 1 / self._divisor(batches)
        loss, more = 0.0, False
        for images, labels in batches:
            loss += self._one(images, labels, scale, more=more)
            more = True
        if not math.isfinite(loss):
            raise NotFinite(loss)
        gradients = self._workers[0].gradients
        self._clip(gradients)
        self._update.apply(gradients)
        return loss

    def _takes(self, labels: Tensor) -> bool:
        """A batch normalization of single values is an error of PyTorch's, which says so."""
        return not (self._plan.trace.whole and len(labels) < 2)

    def _divisor(self, batches: Sequence[Batch]) -> float:
        plan = self._plan
        if plan.weights is None and plan.ignored is None:
            return sum(len(labels) for _, labels in batches)
        total = 0.0
        for _, labels in batches:
            if labels.is_floating_point():
                total += len(labels)
                continue
            numbers = labels.numpy()
            if plan.ignored is not None:
                numbers = numbers[numbers != plan.ignored]
            total += float(self._weights[numbers].sum())
        if total == 0:
            # As torch.where of no images gives 0, and a division by weights of 0 is not a number.
            return math.inf if plan.ignored is not None else math.nan
        return total

    def _one(self, images: Tensor, labels: Tensor, scale: float, *, more: bool) -> float:
        """The loss of one batch times `scale`; adds its gradients to those of the first worker."""
        count = len(images)
        shares = self._shares.get(count) or self._share_out(count)
        numbers, soft = self._targets(labels)
        given = (
            images.numpy().reshape(-1),
            numbers,
            soft,
            self._weights,
            self._masks(count),
            count,
        )
        for counter in self._counters:
            counter.add_(1)
        scale32 = np.float32(scale)
        if self._pool is None or len(shares) == 1:
            return self._work(self._workers[0], shares[0], given, scale32, more)
        # The first worker's gradients may hold those of the batches before.
        more_of = [more, *[False] * (len(shares) - 1)]
        workers = self._workers[: len(shares)]
        jobs = [
            self._pool.submit(self._work, worker, share, given, scale32, its_more)
            for worker, share, its_more in zip(workers, shares, more_of, strict=True)
        ]
        losses = [job.result() for job in jobs]
        for worker in workers[1:]:
            self._kernels.add_up(workers[0].gradients, worker.gradients)
        return sum(losses)

    def _work(
        self,
        worker: _Worker,
        share: _Share,
        given: tuple[Any, ...],
        scale: Any,
        more: bool,  # noqa: FBT001
    ) -> float:
        images, labels, soft, weights, masks, count = given
        loss, run = 0.0, self._kernels.run
        for program, first in share.chunks:
            loss += run(
                program.rows, program.factors, worker.arena, worker.places, self._flat.numbers,
                worker.gradients, worker.words, images, labels, soft, weights, masks, count, first,
                scale, more,
            )  # fmt: skip
            more = True
        return loss

    def _targets(self, labels: Tensor) -> tuple[npt.NDArray[np.int64], Floats]:
        if labels.is_floating_point():
            return np.zeros(0, np.int64), labels.numpy().reshape(-1)
        if self._plan.ignored is not None:
            labels = labels.where(labels != self._plan.ignored, -1)
        return labels.numpy(), _NOTHING

    def _masks(self, count: int) -> Floats:
        """As the layers draw them: one after the other, each for the whole batch."""
        dropouts = self._plan.trace.dropouts
        if not dropouts:
            return _NOTHING
        drawn = [
            torch.empty(count, *shape).bernoulli_(1 - p).div_(1 - p).view(-1)
            for p, shape in dropouts
        ]
        return torch.cat(drawn).numpy()

    def _clip(self, gradients: Floats) -> None:
        norm, value = self._settings.clip_grad_norm, self._settings.clip_grad_value
        if norm is not None:
            self._kernels.clip_norm(gradients, len(gradients), float(norm))
        if value is not None:
            self._kernels.clip_value(gradients, len(gradients), np.float32(value))

    def _share_out(self, count: int) -> list[_Share]:
        """Chunks of `count` images, as even as may be over the threads."""
        programs: dict[int, Program] = {}

        def program(size: int) -> Program:
            if size not in programs:
                place_of = self._flat.place_of
                smoothing = self._plan.smoothing
                programs[size] = lay_out(self._plan.trace, size, place_of, smoothing=smoothing)
            return programs[size]

        size = count if self._plan.trace.whole else min(count, _chunk(program))
        starts = range(0, count, size)
        chunks = [(program(min(size, count - first)), first) for first in starts]
        each = -(-len(chunks) // len(self._workers))
        shares = [_Share(chunks[at : at + each]) for at in range(0, len(chunks), each)]
        for worker in self._workers:
            for one in {id(one): one for one, _ in chunks}.values():
                worker.reserve(one)
        self._shares[count] = shares
        return shares


def _chunk(program: Callable[[int], Program]) -> int:
    """The largest of these sizes whose numbers stay in the cache."""
    size = _LARGEST_CHUNK
    while size > 4 and program(size).arena > _CACHED:
        size //= 2
    return size


def _pool(threads: int, library: Any) -> ThreadPoolExecutor:
    def one_thread_each() -> None:
        # A matrix product of such a thread takes no others.
        for name in ("MKL_Set_Num_Threads_Local", "omp_set_num_threads"):
            with suppress(AttributeError):
                getattr(library, name)(ctypes.c_int(1))

    return ThreadPoolExecutor(threads, initializer=one_thread_each)
