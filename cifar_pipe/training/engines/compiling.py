"""Forward pass, loss and backward pass by torch.compile; on a GPU replayed as CUDA graphs.

https://docs.pytorch.org/docs/stable/generated/torch.compile.html

One shape alone is compiled: the batches of the pipeline's size. The last one of an epoch, where it is smaller, goes
eagerly, whichever batch a training begins with, so that a training that is resumed computes as it would have.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from cifar_pipe.context import Context
from cifar_pipe.training.engine import EagerEngine, Step
from cifar_pipe.training.engines.loading import cache_folder
from cifar_pipe.training.targets import Criterion

_CACHE = "TORCHINDUCTOR_CACHE_DIR"
_PLAIN_STEP = Step()


class CompileEngine(EagerEngine):
    name = "compile"

    def __init__(
        self,
        network: nn.Module,
        criterion: Criterion,
        optimizer: Optimizer,
        context: Context,
        settings: Step = _PLAIN_STEP,
        *,
        batch_size: int,
        accumulate: int = 1,
    ) -> None:
        super().__init__(network, criterion, optimizer, context, settings)
        self._batch_size = batch_size
        # A graph writes the gradients of each batch to the same memory, where those of the one before have to stay.
        self._graphs = not self._on_cpu and accumulate == 1
        self._compiled: dict[Criterion, Callable[[Tensor, Tensor], Tensor]] = {}
        # Where a toolkit lies without a GPU it says so, which is no news.
        logging.getLogger("torch.utils.cpp_extension").setLevel(logging.ERROR)
        # torch's own place is deleted when the machine starts anew.
        os.environ.setdefault(_CACHE, str(cache_folder().parent / "inductor"))

    def close(self) -> None:
        """Frees the memory of the graphs, and lets the next training of the process compile: torch compiles a function
        for a few networks, and then no more.
        """
        if self._compiled:
            for parameter in self._parameters:
                parameter.grad = None
            self._compiled.clear()
            torch.compiler.reset()

    def _loss(self, images: Tensor, labels: Tensor, criterion: Criterion) -> Tensor:
        if len(labels) != self._batch_size:
            return super()._loss(images, labels, criterion)
        if criterion not in self._compiled:
            # Its advice to take tf32: the pipeline says which precision.
            warnings.filterwarnings("ignore", "TensorFloat32 tensor cores", UserWarning)
            self._compiled[criterion] = self._compile(criterion)
        if not self._graphs:
            return self._compiled[criterion](images, labels)
        torch.compiler.cudagraph_mark_step_begin()  # type: ignore[no-untyped-call]
        # The graph's memory is written again by the next step, and a loss is read later.
        return self._compiled[criterion](images, labels).clone()

    def _compile(self, criterion: Criterion) -> Callable[[Tensor, Tensor], Tensor]:
        eagerly = super()._loss

        def loss(images: Tensor, labels: Tensor) -> Tensor:
            return eagerly(images, labels, criterion)

        # The random numbers of dropout are PyTorch's own.
        options: dict[str, Any] = {"fallback_random": True, "triton.cudagraphs": self._graphs}
        compiled: Callable[[Tensor, Tensor], Tensor] = torch.compile(
            loss, dynamic=False, options=options
        )
        return compiled
