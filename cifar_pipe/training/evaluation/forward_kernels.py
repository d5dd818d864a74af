"""The outputs of a network by compiled kernels, on the CPU.

Images go through in chunks whose size follows from the network alone: the number of threads changes no output.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from cifar_pipe.data.picking import AnyImages, Picked, Recipe
from cifar_pipe.model.network import Network
from cifar_pipe.training.engines.chunks import Worker, flushing_denormals, pool_of
from cifar_pipe.training.engines.flat import Floats
from cifar_pipe.training.engines.forward import Forward, lay_out_forward
from cifar_pipe.training.engines.kernels import (
    MADE,
    NO_LABELS,
    NOTHING,
    Source,
    rows_of,
    source_of,
)
from cifar_pipe.training.engines.loading import load
from cifar_pipe.training.engines.optimizing import NO_CHANGE
from cifar_pipe.training.engines.tracing.trace import trace

# So many numbers a chunk may work on: the second cache of a core holds them.
_CACHED = 500_000
_CHUNKS = 64, 32, 16, 8


class ForwardKernels:
    """With the weights that the network has when it is made, in evaluation mode; the network stays as it is."""

    def __init__(self, network: Network, threads: int) -> None:
        """Raises NotPlanned, and OSError and ImportError where the kernels cannot be loaded."""
        self._trace = trace(network, network.input_shape)
        tensors: list[Tensor] = [*network.parameters(), *network.buffers()]
        tensors = [one for one in tensors if one.dtype == torch.float32]
        starts = np.cumsum([0, *(one.numel() for one in tensors)])
        self._places = {id(one): int(at) for one, at in zip(tensors, starts, strict=False)}
        self._forwards: dict[int, Forward] = {}
        self._chunk = next((one for one in _CHUNKS if self._size(one) <= _CACHED), _CHUNKS[-1])
        self._kernels = load(usual=self._trace.is_usual)
        rows = [one.detach().reshape(-1) for one in tensors]
        self._numbers: Floats = torch.cat(rows).numpy() if rows else NOTHING
        self._workers = [Worker(0, self._kernels.words) for _ in range(threads)]
        self._pool = pool_of(threads, self._kernels.library) if threads > 1 else None
        self._recipe: Recipe | None = None
        self._source: Source = MADE

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown()

    def outputs(self, batch: AnyImages) -> Tensor:
        """Float32 `[n, classes]`, of images `[n, C, H, W]` or what they are made of."""
        if isinstance(batch, Picked):
            if self._recipe is not batch.recipe:
                self._recipe, self._source = batch.recipe, source_of(batch.recipe)
            count, images, source = batch.count, NOTHING, rows_of(self._source, batch)
        else:
            count, images, source = len(batch), batch.numpy().reshape(-1), MADE
        found = np.empty((count, self._trace.output.size), np.float32)
        starts = range(0, count, self._chunk)
        # Made before threads need them.
        for size in {min(self._chunk, count - first) for first in starts}:
            self._forward(size)
        workers = self._workers[: len(starts)]

        def work(number: int, worker: Worker) -> None:
            for first in starts[number :: len(workers)]:
                self._run(worker, images, source, found, first)

        if self._pool is None:
            with flushing_denormals():
                work(0, workers[0])
        else:
            for job in [self._pool.submit(work, *one) for one in enumerate(workers)]:
                job.result()
        return torch.from_numpy(found)

    def _run(
        self, worker: Worker, images: Floats, source: Source, found: Floats, first: int
    ) -> None:
        forward = self._forward(min(self._chunk, len(found) - first))
        program, size = forward.program, forward.program.images
        worker.reserve(program)
        self._kernels.run(
            worker.loss, size, *NO_CHANGE,
            program.rows, program.factors, program.sources, worker.arena, worker.places, self._numbers, NOTHING,
            worker.words, images, source, NO_LABELS, NOTHING, NOTHING, NOTHING, size, first,
            np.float32(1), False, NOTHING, NO_LABELS, 0,
        )  # fmt: skip
        end = forward.outputs + found.shape[1] * size
        found[first : first + size] = worker.arena[forward.outputs : end].reshape(-1, size).T

    def _forward(self, images: int) -> Forward:
        if images not in self._forwards:
            self._forwards[images] = lay_out_forward(
                self._trace, images, lambda tensor: self._places[id(tensor)]
            )
        return self._forwards[images]

    def _size(self, images: int) -> int:
        return self._forward(images).program.arena
