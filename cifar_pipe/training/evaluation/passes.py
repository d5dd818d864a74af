"""How the images of a split go through a network: eagerly, or by the kernels of a training."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Literal, Protocol

import torch
from torch import Tensor

from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data
from cifar_pipe.data.picking import AnyImages, tensor_of
from cifar_pipe.model.network import Network
from cifar_pipe.training.precision import outputs_of

if TYPE_CHECKING:
    from cifar_pipe.training.evaluation.forward_kernels import ForwardKernels

EvaluationEngine = Literal["eager", "kernels"]

# Whole chunks of every size.
_BLOCK = 1024
# Numbers of the widest layer's output, which leave the cache in larger batches, and from 32 MB on are new memory of
# the system's each time: ResNet-20 took 930 µs an image with 64 at once, 2,220 with 1,000.
_VALUES = 1 << 20
# Of so many images the kernels' outputs are held against PyTorch's.
CHECKED = 8
_TOLERANCE = 1e-3
# So many multiply-adds make up for the loading of the kernels, where the training's are not there: 7,700 images of
# LeNet's.
_LEAST = 5e9


def is_much(network: Network, images: int) -> bool:
    """Whether so many images are worth the loading of kernels."""
    return images * sum(row.multiply_adds for row in network.rows) >= _LEAST


class Passes(Protocol):
    @property
    def engine(self) -> EvaluationEngine: ...
    def batches(self) -> Iterator[tuple[AnyImages, Tensor]]:
        """All images of the split, once, in the order in which they are stored."""
        ...

    def outputs(self, images: AnyImages) -> Tensor:
        """Float32 `[n, classes]`."""
        ...


@dataclass(frozen=True, slots=True)
class Images:
    """Of a split of the data, in evaluation mode; `network` is placed."""

    network: Network
    data: Data
    split: str
    batch_size: int
    context: Context

    def eagerly(self) -> EagerPasses:
        size = self.batch_size
        if self.context.device == "cpu":
            widest = max((prod(row.output_shape) for row in self.network.rows), default=1)
            size = max(1, min(size, _VALUES // widest))
        return EagerPasses(self, size)


class EagerPasses:
    engine: EvaluationEngine = "eager"

    def __init__(self, images: Images, size: int) -> None:
        self._images, self._size = images, size

    def batches(self) -> Iterator[tuple[AnyImages, Tensor]]:
        its = self._images
        return its.data.batches(its.split, batch_size=self._size, device=its.context.device)

    def outputs(self, images: AnyImages) -> Tensor:
        return outputs_of(self._images.network, tensor_of(images), self._images.context)


class KernelPasses:
    engine: EvaluationEngine = "kernels"

    def __init__(self, images: Images, kernels: ForwardKernels) -> None:
        self._images, self._kernels = images, kernels

    def batches(self) -> Iterator[tuple[AnyImages, Tensor]]:
        data, split = self._images.data, self._images.split
        recipe = data.recipe(None, split=split)
        if recipe is None:
            yield from data.batches(split, batch_size=_BLOCK)
            return
        for one in recipe.batches(_BLOCK):
            yield one, one.labels

    def outputs(self, images: AnyImages) -> Tensor:
        its = self._images
        if isinstance(images, Tensor) and images.shape[1:] != its.network.input_shape:
            return outputs_of(its.network, images, its.context)
        return self._kernels.outputs(images)


@contextmanager
def passes_of(images: Images, engine: EvaluationEngine, threads: int) -> Iterator[Passes]:
    """Eager ones where there are no kernels for the network."""
    kernels = _kernels(images, threads) if engine == "kernels" else None
    if kernels is None:
        yield images.eagerly()
        return
    try:
        yield KernelPasses(images, kernels)
    finally:
        kernels.close()


def _kernels(images: Images, threads: int) -> ForwardKernels | None:
    data, split = images.data, images.split
    few = data.images(split, range(min(CHECKED, data.count(split))))
    return kernels_for(images.network, few, images.context, threads)


def kernels_for(
    network: Network, few: Tensor, context: Context, threads: int = 1
) -> ForwardKernels | None:
    """None where there are none that can be loaded, or where they give something else than PyTorch of a few
    images, float32 `[n, C, H, W]`; `network` is placed and in evaluation mode.
    """
    # What one picture is predicted without takes a tenth of its time to import.
    from cifar_pipe.training.engines.plan import check_context  # noqa: PLC0415
    from cifar_pipe.training.engines.tracing.values import NotPlanned  # noqa: PLC0415
    from cifar_pipe.training.evaluation.forward_kernels import ForwardKernels  # noqa: PLC0415

    if few.shape[1:] != network.input_shape:
        return None
    try:
        check_context(context)
        kernels = ForwardKernels(network, threads)
    except NotPlanned:
        return None
    except (OSError, ImportError) as error:
        context.events.note(f"{context.stage}: eager: kernels cannot be loaded: {error}")
        return None
    ours, theirs = kernels.outputs(few), outputs_of(network, few, context)
    allowed = _TOLERANCE * float(theirs.abs().max()) if len(few) else 0.0
    if torch.allclose(ours, theirs, rtol=0.0, atol=allowed, equal_nan=True):
        return kernels
    kernels.close()
    context.warn("the outputs are computed eagerly: the kernels compute something else")
    return None
