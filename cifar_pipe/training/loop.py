"""The training loop of the tutorial.

    for each epoch:
        for each batch:
            engine.step     forward, backward, update; the only place that changes weights
            log the mean loss, step the learning rate
        measure the validation split, step the learning rate

What is done with one batch is the engine's alone: gradient accumulation, for one, is a change of
`engine.step`, and of nothing here.
https://docs.pytorch.org/tutorials/beginner/blitz/cifar10_tutorial.html
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from itertools import islice
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from cifar_pipe.data.batches import Epoch
from cifar_pipe.errors import Diverged, RunError
from cifar_pipe.events import Progress
from cifar_pipe.training.divergence import NotFinite, Position, first_not_finite
from cifar_pipe.training.engine import Engine, make_engine
from cifar_pipe.training.evaluation.guessing import has_diverged, loss_of_guessing
from cifar_pipe.training.evaluation.validation import Validation, in_words
from cifar_pipe.training.job import History, TrainingJob
from cifar_pipe.training.meter import Meter
from cifar_pipe.training.optimization.optimizers import fused, make_optimizer
from cifar_pipe.training.optimization.schedules import Schedule, schedule
from cifar_pipe.training.random_state import seeded
from cifar_pipe.training.targets import (
    any_counts,
    check_outputs,
    criterion,
    has_no_weight,
    is_summed,
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
    if data.steps_per_epoch() == 0:
        raise RunError(
            f"there is no batch of {data.batch_size} images to train on: the split train has "
            f"{data.count('train')}",
            help="make batch_size smaller, or leave drop_last out",
        )
    network.to(context.device).train()
    device = torch.device(context.device).type
    threads = choose_threads(network.rows, data.batch_size, device=device, fixed=context.threads)
    with using(threads), seeded(context):
        optimizer = make_optimizer(settings.optimizer, network, device=device)
        loss = criterion(settings.loss, device=context.device)
        engine = make_engine(network, loss, optimizer, device=device)
        rate = schedule(settings.scheduler, optimizer, job.length, monitor=settings.monitor)
        if is_summed(settings.loss):
            context.events.note("the loss is summed over each batch, and shown per image")
        context.facts.update(engine=engine.name, threads=threads.count)
        choices = {
            "engine": engine.name,
            "threads": threads.count,
            "onednn": threads.onednn,
            **fused(settings.optimizer, device),
        }
        return _Loop(job, engine, optimizer, rate).run(choices)


class _Loop:
    """One training, from its first step to its last."""

    def __init__(
        self, job: TrainingJob, engine: Engine, optimizer: Optimizer, rate: Schedule
    ) -> None:
        self._job = job
        self._context = job.context
        self._length = job.length
        self._engine = engine
        self._optimizer = optimizer
        self._rate = rate
        self._validation = Validation(job)
        self._meter = Meter()
        self._rows: list[dict[str, Any]] = []
        self._first: float | Tensor | None = None
        self._step = 0
        self._images = 0

    def run(self, choices: dict[str, Any]) -> History:
        self._started = time.perf_counter()
        validating = 0.0
        bar = self._context.events.progress("train", self._length.steps)
        try:
            for epoch in range(self._length.epochs):
                self._train_epoch(epoch, bar)
                before = time.perf_counter()
                values = self._validate(epoch)
                validating += time.perf_counter() - before
                self._rate.after_epoch(values)
        finally:
            bar.close()
        seconds = time.perf_counter() - self._started
        self._context.events.say("Finished Training")
        self._warn_of_divergence()
        if best := self._validation.best:
            self._validation.restore()
            measured = in_words(best.metric, best.value)
            self._context.events.say(f"best {measured} in epoch {best.epoch}")
        return History(
            epochs=self._length.epochs,
            steps=self._step,
            seconds=seconds,
            images_per_second=self._images / max(seconds - validating, 1e-9),
            loss=self._job.settings.loss,
            rows=self._rows,
            best=best,
            choices=choices,
        )

    def _warn_of_divergence(self) -> None:
        """A loss that is NaN or infinite has ended the training before; a high one has not."""
        settings, data = self._job.settings, self._job.data
        shape = self._job.network.rows[-1].output_shape
        guessing = loss_of_guessing(settings.loss, data, shape)
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

    def _train_epoch(self, epoch: int, bar: Progress) -> None:
        # This is where the time goes: what is called for each batch is looked up once.
        data, context, meter = self._job.data, self._context, self._meter
        step, check_signal, clock = self._engine.step, context.check_signal, time.perf_counter
        per_step, after_step = self._rate.per_step, self._rate.after_step
        loss_given = self._job.settings.loss
        # Of a loss that is summed over a batch the mean is shown, as on the validation split.
        summed = is_summed(loss_given)
        may_ignore = "ignore_index" in loss_given.given and not summed
        batches = data.batches("train", training=Epoch(epoch, context.seed), device=context.device)
        count = min(self._length.steps_per_epoch, self._length.steps - self._step)
        log_every = self._job.settings.log_every or count
        shown, next_show = 0, clock() + _SHOW_EVERY_SECONDS
        meter.reset()
        try:
            for batch, (images, labels) in enumerate(islice(batches, count), 1):
                check_signal()
                loss = step(images, labels)
                if not may_ignore or any_counts(loss_given, labels):
                    loss = loss / len(images) if summed else loss
                    meter.add(loss, len(images))
                    if self._first is None:
                        self._first = loss
                if batch % log_every == 0 and meter.steps:
                    self._log(epoch, batch)
                if per_step:
                    after_step()
                if clock() >= next_show:
                    speed = {"images/s": meter.images_per_second()}
                    bar.advance(batch - shown, loss=meter.last, **speed)
                    shown, next_show = batch, clock() + _SHOW_EVERY_SECONDS
            meter.read()
        except NotFinite as error:
            raise self._diverged(error, epoch, batch, images, labels) from None
        bar.advance(count - shown)
        self._step += count
        self._images += min(count * data.batch_size, data.count("train"))

    def _log(self, epoch: int, batch: int) -> None:
        """The tutorial's line: the mean loss since the last one, or since the epoch's start."""
        loss = self._meter.mean()
        self._context.events.say(f"[{epoch + 1}, {batch:5d}] loss: {loss:.3f}")
        self._record(
            epoch,
            step=self._step + batch,
            loss=loss,
            lr=self._lr(),
            images_per_second=round(self._meter.images_per_second(), 1),
        )
        self._meter.reset()

    def _validate(self, epoch: int) -> Mapping[str, float]:
        values = self._validation.measure(epoch + 1)
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

    def _diverged(
        self, error: NotFinite, epoch: int, batch: int, images: Tensor, labels: Tensor
    ) -> Diverged:
        position = Position(self._context.stage, self._step + batch, epoch + 1, self._lr())
        if error.steps is None and has_no_weight(self._job.settings.loss, labels):
            none_counts = "no image of this batch counts: the weight of their classes is 0"
            return position.diverged(error, none_counts, "a larger batch_size, or reduction: sum")
        cause = first_not_finite(self._job.network, images) if error.steps is None else None
        return position.diverged(error, cause)

    def _lr(self) -> float:
        return float(self._optimizer.param_groups[0]["lr"])
