"""The training loop of the tutorial.

    for each epoch:
        for each step:
            engine.step     forward, backward, update; the only place that changes weights
            log the mean loss, step the learning rate
        measure the validation split, step the learning rate

A step takes one batch, or `accumulate` of them; what is done with them is the engine's alone.
https://docs.pytorch.org/tutorials/beginner/blitz/cifar10_tutorial.html
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import optimizer_facts
from cifar_pipe.data.batches import Epoch
from cifar_pipe.errors import Diverged, RunError
from cifar_pipe.events import Progress
from cifar_pipe.training.averaging import make_averaging
from cifar_pipe.training.callbacks.callback import Callbacks, State
from cifar_pipe.training.class_weights import with_class_weights
from cifar_pipe.training.divergence import NotFinite, Position, first_not_finite
from cifar_pipe.training.engine import Batch, Engine, Step, make_engine
from cifar_pipe.training.evaluation.guessing import has_diverged, loss_of_guessing
from cifar_pipe.training.evaluation.validation import Validation, in_words
from cifar_pipe.training.job import History, TrainingJob
from cifar_pipe.training.meter import Meter
from cifar_pipe.training.optimization.optimizers import fused, make_optimizer
from cifar_pipe.training.optimization.schedules import Schedule, schedule
from cifar_pipe.training.precision import laid_out, matrix_products, weights_format
from cifar_pipe.training.random_state import seeded
from cifar_pipe.training.targets import (
    any_counts,
    check_outputs,
    criterion,
    has_no_weight,
    is_summed,
    weighted_mean,
)
from cifar_pipe.training.threads import choose_threads, using

_SHOW_EVERY_SECONDS = 0.1


def train(job: TrainingJob) -> History:
    """Trains the job's network in place, on the context's device, and leaves it in training mode.

    Order, augmentation and dropout follow from `context.seed`; the global random state is left as
    it was. Raises Diverged before a loss that is not finite changes a weight, and RunError for
    settings that do not work with this network or data.
    """
    network, data, settings, context = job.network, job.data, job.settings, job.context
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
    threads = choose_threads(network.rows, data.batch_size, device=device, fixed=context.threads)
    with using(threads), matrix_products(context.precision), seeded(context):
        optimizer = make_optimizer(
            settings.optimizer, network, device=device, precision=context.precision
        )
        loss = with_class_weights(settings.loss, data)
        clipping = settings.clip_grad_norm, settings.clip_grad_value
        loss_of = criterion(loss, device=context.device)
        weighted = weighted_mean(loss, device=context.device)
        step = Step(*clipping, summed=is_summed(loss), weighted_mean=weighted)
        engine = make_engine(network, loss_of, optimizer, context, step)
        rate = schedule(settings.scheduler, optimizer, job.length, monitor=settings.monitor)
        if step.summed:
            context.events.note("the loss is summed over each batch, and shown per image")
        context.facts.update(engine=engine.name, threads=threads.count)
        choices = {
            "engine": engine.name,
            "threads": threads.count,
            "onednn": threads.onednn,
            **fused(settings.optimizer, device, context.precision),
        }
        return _Loop(job, loss, engine, optimizer, rate).run(choices)


class _Loop:
    """One training, from its first step to its last."""

    def __init__(
        self,
        job: TrainingJob,
        loss: Component,
        engine: Engine,
        optimizer: Optimizer,
        rate: Schedule,
    ) -> None:
        settings = job.settings
        self._job = job
        self._loss = loss
        self._context = job.context
        self._length = job.length
        self._engine = engine
        self._optimizer = optimizer
        self._rate = rate
        self._averaging = make_averaging(settings.averaging, job.network, optimizer)
        self._callbacks = Callbacks(settings.callbacks)
        self._validation = Validation(job)
        self._meter = Meter()
        self._rows: list[dict[str, Any]] = []
        self._first: float | Tensor | None = None
        self._step = 0
        self._images = 0

    def run(self, choices: dict[str, Any]) -> History:
        self._started = time.perf_counter()
        validating, stopped = 0.0, None
        bar = self._context.events.progress("train", self._length.steps)
        try:
            for epoch in range(self._length.epochs):
                stopped = self._train_epoch(epoch, bar)
                self._average(epoch)
                before = time.perf_counter()
                values = self._validate(epoch)
                validating += time.perf_counter() - before
                if self._averaging is None or not self._averaging.sets_rate(epoch + 1):
                    self._rate.after_epoch(values)
                stopped = stopped or self._callbacks.after_epoch(self._state(epoch + 1, 0, values))
                if stopped:
                    break
        finally:
            bar.close()
        seconds = time.perf_counter() - self._started
        self._context.events.say("Finished Training")
        self._warn_of_divergence()
        if stopped:
            self._context.events.say(f"stopped in epoch {epoch + 1}: {stopped}")
        return History(
            epochs=epoch + 1,
            steps=self._step,
            seconds=seconds,
            images_per_second=self._images / max(seconds - validating, 1e-9),
            loss=self._loss,
            rows=self._rows,
            best=self._validation.best,
            choices=choices,
            stopped=stopped,
            weights=self._last_weights(),
        )

    def _warn_of_divergence(self) -> None:
        """A loss that is NaN or infinite has ended the training before; a high one has not."""
        settings, data = self._job.settings, self._job.data
        shape = self._job.network.rows[-1].output_shape
        guessing = loss_of_guessing(self._loss, data, shape)
        losses = [row["loss"] for row in self._rows if "loss" in row]
        last = self._meter.mean() if self._meter.steps else (losses or [0.0])[-1]
        first = float(self._first or 0.0)
        if has_diverged(last, first=first, guessing=guessing):
            self._context.warn(
                f"the training has diverged: its loss began at {first:.4g} and ends at {last:.4g}, "
                f"and guessing gives {guessing:.4g}",
                help="try a smaller learning rate: "
                f"-S {self._context.stage}.optimizer.lr={settings.optimizer.get('lr') / 10:g}",
            )

    def _last_weights(self) -> str | None:
        """Gives the network the weights that it keeps; what they are, where not the last."""
        best, context, weights = self._validation.best, self._context, None
        if self._averaging is not None:
            self._averaging.finish(self._job.data, context.seed, context.device)
            weights = self._averaging.in_words()
            context.events.say(weights)
        if best:
            self._validation.restore()
            measured = in_words(best.metric, best.value)
            context.events.say(f"best {measured} in epoch {best.epoch}")
        return weights

    def _average(self, epoch: int) -> None:
        if self._averaging is not None:
            self._averaging.after_epoch(epoch + 1)

    def _state(self, epoch: int, begun: int, values: Mapping[str, float]) -> State:
        """For callbacks: `begun` are the steps of an epoch that is not done."""
        seconds = time.perf_counter() - self._started
        monitor = self._job.settings.monitor
        return State(epoch, self._step + begun, seconds, values, monitor)

    def _train_epoch(self, epoch: int, bar: Progress) -> str | None:
        """Returns why the training is to end, if a callback says so within the epoch."""
        # This is where the time goes: what is called for each batch is looked up once.
        data, context, meter = self._job.data, self._context, self._meter
        step, check_signal, clock = self._engine.step, context.check_signal, time.perf_counter
        averaging, stopped = self._averaging, None
        after_step = self._rate.after_step
        sets_rate = averaging is not None and averaging.sets_rate(epoch + 1)
        per_step = self._rate.per_step and not sets_rate
        # Of a loss that is summed over a batch the mean is shown, as on the validation split.
        summed = is_summed(self._loss)
        may_ignore = "ignore_index" in self._loss.given and not summed
        batches = data.batches("train", training=Epoch(epoch, context.seed), device=context.device)
        count = min(self._length.steps_per_epoch, self._length.steps - self._step)
        accumulate = self._job.settings.accumulate
        log_every = self._job.settings.log_every or count
        shown, next_show = 0, clock() + _SHOW_EVERY_SECONDS
        meter.reset()
        try:
            for number, taken in enumerate(islice(_grouped(batches, accumulate), count), 1):
                check_signal()
                loss = step(taken)
                if not may_ignore or any(any_counts(self._loss, labels) for _, labels in taken):
                    images = sum(len(images) for images, _ in taken)
                    loss = loss / images if summed else loss
                    meter.add(loss, images)
                    if self._first is None:
                        self._first = loss
                if number % log_every == 0 and meter.steps:
                    self._log(epoch, number)
                if averaging is not None:
                    averaging.after_step(self._step + number)
                if per_step:
                    after_step()
                if clock() >= next_show:
                    speed = {"images/s": meter.images_per_second()}
                    bar.advance(number - shown, loss=meter.last, **speed)
                    shown, next_show = number, clock() + _SHOW_EVERY_SECONDS
                    if self._callbacks:
                        stopped = self._callbacks.between_steps(self._state(epoch, number, {}))
                        if stopped:
                            break
            meter.read()
        except NotFinite as error:
            raise self._diverged(error, epoch, number, taken) from None
        bar.advance(number - shown)
        self._step += number
        self._images += min(number * accumulate * data.batch_size, data.images_per_epoch())
        return stopped

    def _log(self, epoch: int, number: int) -> None:
        """The tutorial's line: the mean loss since the last one, or since the epoch's start."""
        loss = self._meter.mean()
        self._context.events.say(f"[{epoch + 1}, {number:5d}] loss: {loss:.3f}")
        self._record(
            epoch,
            step=self._step + number,
            loss=loss,
            lr=self._lr(),
            images_per_second=round(self._meter.images_per_second(), 1),
        )
        self._meter.reset()

    def _validate(self, epoch: int) -> Mapping[str, float]:
        averaging, network = self._averaging, self._job.network
        network = averaging.evaluated if averaging is not None else network
        values = self._validation.measure(epoch + 1, network)
        if values:
            words = ", ".join(in_words(name, value) for name, value in values.items())
            self._context.events.say(f"[{epoch + 1}] {words}")
            self._record(epoch, step=self._step, **values)
        return values

    def _record(self, epoch: int, *, step: int, **values: float) -> None:
        seconds = round(time.perf_counter() - self._started, 3)
        row = {"stage": self._context.stage, "epoch": epoch + 1, "step": step, **values}
        self._rows.append({**row, "seconds": seconds})
        self._context.record(self._rows[-1])

    def _diverged(self, error: NotFinite, epoch: int, number: int, taken: list[Batch]) -> Diverged:
        position = Position(self._context.stage, self._step + number, epoch + 1, self._lr())
        cause = None
        if error.steps is None:
            if all(has_no_weight(self._loss, labels) for _, labels in taken):
                none_counts = "no image of a step counts: the weight of their classes is 0"
                help_ = "a larger batch_size, or reduction: sum"
                return position.diverged(error, none_counts, help_)
            causes = (first_not_finite(self._job.network, images) for images, _ in taken)
            cause = next(filter(None, causes), None)
        return position.diverged(error, cause)

    def _lr(self) -> float:
        return float(self._optimizer.param_groups[0]["lr"])


def _grouped(batches: Iterator[Batch], size: int) -> Iterator[list[Batch]]:
    """The batches of each step; the last may have fewer than `size`."""
    while taken := list(islice(batches, size)):
        yield taken
