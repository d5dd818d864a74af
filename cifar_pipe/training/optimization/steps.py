"""What the steps of a training are made with: the network in its place, threads, optimizer, loss, engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import nn
from torch.optim import Optimizer

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import optimizer_facts
from cifar_pipe.catalog.core.loss_targets import is_summed
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data, Epoch
from cifar_pipe.errors import RunError
from cifar_pipe.model.network import Network
from cifar_pipe.profiling import timed
from cifar_pipe.training.class_weights import with_class_weights
from cifar_pipe.training.engine import AnyBatch, Engine, Step, make_engine
from cifar_pipe.training.engines.choice import Chosen, Making, Wanted, choose_engine
from cifar_pipe.training.engines.remembered import correct
from cifar_pipe.training.job import StepSettings
from cifar_pipe.training.optimization.optimizers import make_optimizer
from cifar_pipe.training.optimization.trainable import only_trained
from cifar_pipe.training.precision import laid_out, matrix_products, weights_format
from cifar_pipe.training.progress.stretches import grouped
from cifar_pipe.training.random_state import seeded
from cifar_pipe.training.targets import check_outputs, criterion, weighted_mean
from cifar_pipe.training.threads import Threads, choose_threads, using


@dataclass(frozen=True, slots=True)
class Steps:
    """`loss` has the weights of the classes as numbers; `summed`: it is a sum over a batch. With `making` the
    engine was chosen.
    """

    network: Network
    chosen: Chosen
    optimizer: Optimizer
    loss: Component
    summed: bool
    threads: Threads
    making: Making | None = None

    @property
    def engine(self) -> Engine:
        return self.chosen.engine

    def took(self, images_per_second: float) -> None:
        """At the end of the training: the next one does not choose by a trial that this one refutes."""
        if self.making is not None and images_per_second > 0:
            images = self.making.batch_size * self.making.accumulate
            correct(self.making.key(), self.engine.name, images / images_per_second)


@contextmanager
def steps_of(
    network: Network,
    data: Data,
    settings: StepSettings,
    context: Context,
    *,
    threads: Callable[[Threads], Threads] = lambda chosen: chosen,
    wanted: Wanted | None = None,
) -> Iterator[Steps]:
    """Moves the network to the context's device, in training mode, for steps with these settings.

    `threads` may replace those that suit the network. With `wanted` they may be compiled. Their number, the global random state and
    which parameters are trained are set back afterwards. Raises RunError for settings that do not
    work with this network or data.
    """
    check_outputs(network, data)
    if data.batches_per_epoch() == 0:
        raise RunError(
            f"there is no batch of {data.batch_size} images to train on: the split train has "
            f"{data.count('train')}",
            help="make batch_size smaller, or leave drop_last out",
        )
    network.to(context.device, weights_format(context.precision)).train()
    # LBFGS sees the gradients as one vector, which only rows one after the other allow.
    closure = optimizer_facts(settings.optimizer).needs_closure
    laid_out(network, "contiguous" if closure else context.memory_format)
    device = torch.device(context.device).type
    suited = choose_threads(network.rows, data.batch_size, device=device, fixed=context.threads)
    used = threads(suited)
    with (
        using(used),
        matrix_products(context.precision),
        seeded(context),
        only_trained(network, settings.trainable),
    ):

        def optimizer_of(one: nn.Module) -> Optimizer:
            return make_optimizer(
                settings.optimizer, one, device=device, precision=context.precision
            )

        optimizer = optimizer_of(network)
        loss = with_class_weights(settings.loss, data)
        step = Step(
            settings.clip_grad_norm,
            settings.clip_grad_value,
            summed=is_summed(loss),
            weighted_mean=weighted_mean(loss, device=context.device),
        )
        loss_of = criterion(loss, device=context.device)
        making = None
        if wanted is None:
            chosen = Chosen(make_engine(network, loss_of, optimizer, context, step))
        else:
            making = Making(
                network,
                loss,
                loss_of,
                optimizer,
                optimizer_of,
                context,
                step,
                used.count,
                data.batch_size,
                settings.accumulate,
                make_engine,
            )
            with timed("choose the engine"):
                chosen = choose_engine(making, wanted, _first_batches(data, settings, context))
        try:
            yield Steps(network, chosen, optimizer, loss, step.summed, used, making)
        finally:
            chosen.engine.close()


def _first_batches(
    data: Data, settings: StepSettings, context: Context
) -> Callable[[Engine], Iterator[list[AnyBatch]]]:
    def batches(engine: Engine) -> Iterator[list[AnyBatch]]:
        yield from grouped(engine.batches(data, Epoch(0, context.seed)), settings.accumulate)

    return batches
