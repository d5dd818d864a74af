"""The largest batch that a device takes: by trying on a GPU, and on a CPU by the estimate.

A CPU has no clean end of its memory: the system begins to swap, or kills the process.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass

import torch

from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data
from cifar_pipe.model.network import Network
from cifar_pipe.training.device_memory import free_memory, is_out_of_memory
from cifar_pipe.training.engine import Batch
from cifar_pipe.training.job import StepSettings
from cifar_pipe.training.memory import of_training
from cifar_pipe.training.optimization.steps import Steps
from cifar_pipe.training.trials.trial import trial
from cifar_pipe.training.trials.usual_sizes import rounded

# Batch normalization has no more than one value per channel where there is one image.
SMALLEST = 2


@dataclass(frozen=True, slots=True)
class LargestBatch:
    """`images` at once fit, 0 where not even two do; it is `tried` or estimated. `limit` is how many
    were looked for at most, `free` the bytes that were free.
    """

    images: int
    limit: int
    free: int
    tried: bool


def largest_batch(
    network: Network, data: Data, settings: StepSettings, context: Context, *, limit: int
) -> LargestBatch:
    """Of a training step on the context's device; nothing that is given changes."""
    device = torch.device(context.device)
    free = free_memory(context.device)
    if device.type == "cpu":
        memory = of_training(
            network.layers,
            network.input_shape,
            batch_size=limit,
            optimizer=settings.optimizer,
            trainable=settings.trainable,
            precision=context.precision,
        )
        return LargestBatch(min(limit, memory.largest_batch(free)), limit, free, tried=False)
    with trial(network, data, settings, context) as it:
        one = _one_image(data, context.device)

        def fits(size: int) -> bool:
            context.check_signal()
            context.events.note(f"{context.stage}: trying a batch of {size:,}")
            return takes(it, one, size)

        return LargestBatch(largest(fits, limit), limit, free, tried=True)


def _one_image(data: Data, device: str) -> Batch:
    images, labels = next(data.batches("train", device=device))
    return images[:1], labels[:1]


def takes(it: Steps, one: Batch, size: int) -> bool:
    """Whether a step with `size` copies of a batch of one image stays within memory.

    All that the step took is free again afterwards, but for the optimizer's state.
    """
    image, label = one
    fitted = True
    try:
        images = image.expand(size, *image.shape[1:]).contiguous()
        labels = label.expand(size, *label.shape[1:]).contiguous()
        float(it.engine.step([(images, labels)]))
    except RuntimeError as error:
        if not is_out_of_memory(error):
            raise
        fitted = False
    # Only out of the except block nothing refers to the tensors of the frames below.
    images = labels = image
    it.optimizer.zero_grad()
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    return fitted


def largest(fits: Callable[[int], bool], limit: int) -> int:
    """The largest size up to `limit` that fits, to the step that `rounded` rounds to.

    Doubles from the smallest until one does not fit, then halves the distance. 0 where none fits.
    """
    fitting, size = 0, min(SMALLEST, limit)
    while fits(size):
        if size == limit:
            return size
        fitting, size = size, min(2 * size, limit)
    too_many = size
    while fitting and too_many - fitting > _step(fitting):
        middle = rounded((fitting + too_many) // 2)
        if middle <= fitting:
            break
        if fits(middle):
            fitting = middle
        else:
            too_many = middle
    return fitting


def _step(images: int) -> int:
    return 8 if images >= 8 else 1
