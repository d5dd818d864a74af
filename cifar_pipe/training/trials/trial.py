"""A training of some steps, to find a setting: what it works with."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, islice
from typing import Protocol

import torch
from torch.optim import Optimizer

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import optimizer_facts
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data, Epoch
from cifar_pipe.errors import RunError
from cifar_pipe.model.network import Network
from cifar_pipe.training.class_weights import with_class_weights
from cifar_pipe.training.engine import Batch, Engine, Step, make_engine
from cifar_pipe.training.optimization.optimizers import make_optimizer
from cifar_pipe.training.optimization.trainable import only_trained
from cifar_pipe.training.precision import laid_out, matrix_products, weights_format
from cifar_pipe.training.random_state import seeded
from cifar_pipe.training.targets import check_outputs, criterion, is_summed, weighted_mean
from cifar_pipe.training.threads import choose_threads, using


class TrialSettings(Protocol):
    """What a step is made of, as in a training."""

    @property
    def loss(self) -> Component: ...
    @property
    def optimizer(self) -> Component: ...
    @property
    def trainable(self) -> Sequence[str] | None: ...
    @property
    def accumulate(self) -> int: ...
    @property
    def clip_grad_norm(self) -> float | None: ...
    @property
    def clip_grad_value(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Trial:
    """`network` is a copy, on the device and in training mode; `summed`: the loss is a sum."""

    network: Network
    engine: Engine
    optimizer: Optimizer
    summed: bool


@contextmanager
def trial(
    network: Network, data: Data, settings: TrialSettings, context: Context
) -> Iterator[Trial]:
    """Everything for steps as a training with these settings makes them, of a copy of the network.

    The number of threads and the global random state are set back afterwards. Raises RunError
    for settings that do not work with this network or data.
    """
    check_outputs(network, data)
    if data.batches_per_epoch() == 0:
        raise RunError(
            f"there is no batch of {data.batch_size} images in the split train",
            help="make batch_size smaller, or leave drop_last out",
        )
    dtype = weights_format(context.precision)
    network = copy.deepcopy(network).to(context.device, dtype).train()
    closure = optimizer_facts(settings.optimizer).needs_closure
    laid_out(network, "contiguous" if closure else context.memory_format)
    device = torch.device(context.device).type
    threads = choose_threads(network.rows, data.batch_size, device=device, fixed=context.threads)
    with (
        using(threads),
        matrix_products(context.precision),
        seeded(context),
        only_trained(network, settings.trainable),
    ):
        optimizer = make_optimizer(
            settings.optimizer, network, device=device, precision=context.precision
        )
        loss = with_class_weights(settings.loss, data)
        step = Step(
            settings.clip_grad_norm,
            settings.clip_grad_value,
            summed=is_summed(loss),
            weighted_mean=weighted_mean(loss, device=context.device),
        )
        loss_of = criterion(loss, device=context.device)
        engine = make_engine(network, loss_of, optimizer, context, step)
        yield Trial(network, engine, optimizer, step.summed)


def batches_of_steps(data: Data, context: Context, accumulate: int) -> Iterator[list[Batch]]:
    """The batches of each step as a training takes them, epoch after epoch, without an end."""
    for epoch in count():
        training = Epoch(epoch, context.seed)
        batches = data.batches("train", training=training, device=context.device)
        while taken := list(islice(batches, accumulate)):
            yield taken
