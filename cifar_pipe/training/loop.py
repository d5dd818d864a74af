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

import math
import time
from collections.abc import Mapping
from itertools import islice
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.loss_targets import is_summed
from cifar_pipe.data.picking import labels_of, made, size_of
from cifar_pipe.errors import Diverged, Interrupted
from cifar_pipe.model.network import Network
from cifar_pipe.profiling import timed, timed_calls
from cifar_pipe.training.averaging import make_averaging
from cifar_pipe.training.callbacks.callback import State, View
from cifar_pipe.training.callbacks.callbacks import Callbacks
from cifar_pipe.training.checkpoints.checkpoint import Maker, Part
from cifar_pipe.training.checkpoints.resuming import Beginning
from cifar_pipe.training.divergence import NotFinite, Position, explained
from cifar_pipe.training.engine import AnyBatch, Engine
from cifar_pipe.training.engines.choice import Wanted
from cifar_pipe.training.engines.kernels import KernelsEngine
from cifar_pipe.training.evaluation.engine_choice import CHOICE, engine_while_training
from cifar_pipe.training.evaluation.guessing import warn_of_divergence
from cifar_pipe.training.evaluation.predictions import Predictions, predict
from cifar_pipe.training.evaluation.sample import balanced
from cifar_pipe.training.evaluation.validation import Validation, in_words
from cifar_pipe.training.job import History, TrainingJob
from cifar_pipe.training.meter import Meter
from cifar_pipe.training.optimization import rates
from cifar_pipe.training.optimization.optimizers import fused
from cifar_pipe.training.optimization.schedules import Schedule, schedule
from cifar_pipe.training.optimization.steps import steps_of
from cifar_pipe.training.optimization.trainable import share_in_words
from cifar_pipe.training.progress.endings import warn_of_endings
from cifar_pipe.training.progress.epochs import Epochs
from cifar_pipe.training.progress.log import Log
from cifar_pipe.training.progress.peak import share_of_peak
from cifar_pipe.training.progress.reached import Reached
from cifar_pipe.training.progress.stretches import Stops, grouped, stretches
from cifar_pipe.training.random_state import RandomState
from cifar_pipe.training.targets import any_counts

_SHOW_EVERY_SECONDS = 0.1


def train(job: TrainingJob) -> History:
    """Trains the job's network in place, on the context's device, and leaves it in training mode.

    Order, augmentation and dropout follow from `context.seed`; the global random state is left as
    it was. Raises Diverged before a loss that is not finite changes a weight, and RunError for
    settings that do not work with this network or data.
    """
    network, settings, context = job.network, job.settings, job.context
    beginning = Beginning(job)
    wanted = Wanted(job.length.steps, beginning.engine)
    threads_of = beginning.threads
    with steps_of(network, job.data, settings, context, threads=threads_of, wanted=wanted) as steps:
        if settings.trainable is not None:
            context.events.note(f"{context.stage}: trains {share_in_words(network)}")
        rate = schedule(settings.scheduler, steps.optimizer, job.length, monitor=settings.monitor)
        if steps.summed:
            context.events.note("the loss is summed over each batch, and shown per image")
        engine, threads = steps.engine, steps.threads
        if steps.chosen.told and steps.chosen.reason:
            context.events.note(f"{context.stage}: {engine.name}: {steps.chosen.reason}")
        # Not in the history, which is the same after a resumption: a trial gives other times.
        context.facts.update(engine=engine.name, threads=threads.count)
        if steps.chosen.reason:
            context.facts["engine_reason"] = steps.chosen.reason
        device = torch.device(context.device).type
        choices = {
            "engine": engine.name,
            "threads": threads.count,
            "onednn": threads.onednn,
            **fused(settings.optimizer, device, context.precision),
        }
        maker = Maker.here(context.device, engine.name, threads)
        validation = Validation(job, engine_while_training(network, context, engine.name))
        loop = _Loop(job, steps.loss, engine, steps.optimizer, rate, validation)
        history = loop.run(choices, beginning, maker)
        steps.took(history.images_per_second)
        return history.of_peak(share_of_peak(network, history.images_per_second, context))


class _Loop:
    """One training, from its first step to its last."""

    def __init__(
        self,
        job: TrainingJob,
        loss: Component,
        engine: Engine,
        optimizer: Optimizer,
        rate: Schedule,
        validation: Validation,
    ) -> None:
        settings = job.settings
        self._job = job
        self._loss = loss
        self._summed = is_summed(loss)
        self._may_ignore = "ignore_index" in loss.given and not self._summed
        self._context = job.context
        self._length = job.length
        self._engine = engine
        self._batches = Epochs(engine, job.data, job.context, job.length.epochs)
        self._optimizer = optimizer
        self._rate = rate
        self._averaging = make_averaging(settings.averaging, job.network, optimizer)
        self._callbacks = Callbacks(settings.callbacks, job.context)
        self._validation = validation
        self._meter = Meter()
        self._reached = Reached()
        self._log = Log(job, self._reached, self._meter, optimizer)

    def run(self, choices: dict[str, Any], beginning: Beginning, maker: Maker) -> History:
        reached, length, events = self._reached, self._length, self._context.events
        self._saving = beginning.begin(self._parts(), reached, maker)
        self._bar = events.progress(self._context.stage, length.steps)
        self._bar.advance(reached.all_steps)
        self._callbacks.begin(self._view())
        try:
            while not reached.is_over(length):
                if reached.stopped is None:
                    self._train_epoch()
                self._end_epoch()
        except Interrupted:
            self._leave()
            raise
        finally:
            self._bar.close()
        seconds = reached.seconds
        if self._job.settings.log_every is not None:
            events.say("Finished Training")
        last = self._meter.mean() if self._meter.steps else reached.last_loss()
        first = float(reached.first or 0.0)
        if not warn_of_divergence(self._job, self._loss, first=first, last=last):
            warn_of_endings(self._job, reached.rows, stopped=reached.stopped is not None)
        if self._engine.name == KernelsEngine.name:
            choices[CHOICE] = self._context.facts["evaluation_engine"] = self._validation.engine
        if reached.stopped:
            self._log.result(f"stopped in epoch {reached.epochs}: {reached.stopped}")
        return History(
            epochs=reached.epochs,
            steps=reached.steps,
            seconds=seconds,
            images_per_second=reached.images / max(seconds - reached.validating, 1e-9),
            loss=self._loss,
            rows=reached.rows,
            best=self._validation.best,
            choices=choices,
            stopped=reached.stopped,
            weights=self._last_weights(),
        )

    def _parts(self) -> dict[str, Part]:
        """All that the rest of the training depends on, apart from its settings and its data."""
        averaging: dict[str, Part] = {"averaging": self._averaging} if self._averaging else {}
        return {
            "network": self._job.network,
            "optimizer": self._optimizer,
            "rate": self._rate,
            "engine": self._engine,
            **averaging,
            "callbacks": self._callbacks,
            "validation": self._validation,
            "meter": self._meter,
            "reached": self._reached,
            "random": RandomState(self._context.device),
        }

    def _last_weights(self) -> str | None:
        """Gives the network the weights that it keeps; what they are, where not the last."""
        best, context, weights = self._validation.best, self._context, None
        if self._averaging is not None:
            self._averaging.finish(self._job.data, context.seed, context.device)
            weights = self._averaging.in_words()
            self._log.result(weights)
        if best:
            self._validation.restore()
            measured = in_words(best.metric, best.value)
            self._log.result(f"best {measured} in epoch {best.epoch}")
        return weights

    def _train_epoch(self) -> None:
        """Takes the steps of an epoch that are left, unless a callback says that the training ends."""
        context, meter, reached = self._context, self._meter, self._reached
        averaging, epoch, number = self._averaging, reached.epochs, reached.in_epoch
        sets_rate = averaging is not None and averaging.sets_rate(epoch + 1)
        per_step = self._rate.per_step and not sets_rate
        sees_steps, accumulate = self._callbacks.sees_steps, self._job.settings.accumulate
        per_epoch, left = self._length.steps_per_epoch, self._length.steps - reached.steps
        stops = Stops(
            reached.steps,
            per_epoch,
            log_every=self._job.settings.log_every or per_epoch,
            save_every=self._saving.every_steps or math.inf,
            each=averaging is not None or per_step or sees_steps,
        )
        batches = grouped(self._batches.batches(epoch, skip=number * accumulate), accumulate)
        steps = islice(batches, min(per_epoch, left) - number)
        next_show, taken = time.perf_counter() + _SHOW_EVERY_SECONDS, list[AnyBatch]()
        if not number:
            meter.reset()
        try:
            for stretch in stretches(steps, number, self._engine, stops):
                context.check_signal()
                next_loss = timed_calls("step", self._engine.steps(stretch).__next__)
                for taken in stretch:
                    number += 1
                    self._count(next_loss(), taken)
                if number == per_epoch:
                    # Before the loss of this one is read, which waits for a GPU.
                    self._batches.begin(epoch + 1)
                if stops.logs(number):
                    self._log.loss(number, said=number % stops.log_every == 0)
                if averaging is not None:
                    averaging.after_step(reached.steps + number)
                ends = sees_steps and self._stops_after(number)
                if per_step:
                    self._rate.after_step()
                if ends or time.perf_counter() >= next_show or stops.saves(number):
                    self._pause(number)
                    if reached.stopped:
                        break
                    next_show = time.perf_counter() + _SHOW_EVERY_SECONDS
            meter.read()
            self._show(number)
            if number < per_epoch:
                self._end_within_epoch()
        except NotFinite as error:
            raise self._diverged(error, number, taken) from None
        except Interrupted:
            reached.in_epoch = number
            raise

    def _count(self, loss: float | Tensor, taken: list[AnyBatch]) -> None:
        """A step's loss; nothing where none of its images counts."""
        if self._may_ignore and not any(any_counts(self._loss, labels_of(one)) for one in taken):
            return
        images = size_of(taken[0]) if len(taken) == 1 else sum(map(size_of, taken))
        # Of a loss that is summed over a batch the mean is shown, as on the validation split.
        loss = loss / images if self._summed else loss
        self._meter.add(loss, images)
        if self._reached.first is None:
            self._reached.first = loss

    def _show(self, number: int, **values: Any) -> None:
        """So many steps of the epoch are done."""
        self._bar.advance(number - self._reached.in_epoch, **values)
        self._reached.in_epoch = number

    def _stops_after(self, number: int) -> bool:
        """Whether a callback that looks at each step ends the training after this one."""
        self._reached.stopped = self._callbacks.after_step(self._state({}, number))
        return self._reached.stopped is not None

    def _pause(self, number: int) -> None:
        """Between two steps, about ten times a second, and where a checkpoint is due."""
        speed = {"images/s": self._meter.images_per_second()}
        epoch = f"{self._reached.epochs + 1}/{self._length.epochs}"
        self._show(number, epoch=epoch, loss=self._meter.last, **speed)
        if self._callbacks:
            stopped = self._callbacks.between_steps(self._state({}))
            self._reached.stopped = self._reached.stopped or stopped
        if self._saving.is_due():
            self._saving.save()

    def _end_within_epoch(self) -> None:
        """A longer training goes on from here, without what ends this epoch."""
        self._saving.save()
        logs = self._job.settings.log_every is None and not self._reached.stopped
        self._log.loss(self._reached.in_epoch, said=logs)

    def _end_epoch(self) -> None:
        reached, averaging, data = self._reached, self._averaging, self._job.data
        before, epoch = reached.seconds, reached.epochs + 1
        is_whole = reached.in_epoch == self._length.steps_per_epoch
        with timed("evaluation"):
            values = self._validation.measure(epoch, self._evaluated())
        self._log.measured(values)
        reached.validating += reached.seconds - before
        if averaging is not None:
            averaging.after_epoch(epoch)
        if averaging is None or not averaging.sets_rate(epoch):
            self._rate.after_epoch(values)
        taken = reached.in_epoch * self._job.settings.accumulate * data.batch_size
        reached.end_epoch(images=min(taken, data.images_per_epoch()))
        stopped = self._callbacks.after_epoch(self._state(values))
        reached.stopped = reached.stopped or stopped
        if is_whole:
            best, last = self._validation.best, reached.is_over(self._length)
            self._saving.after_epoch(best=best is not None and best.epoch == epoch, last=last)

    def _state(self, values: Mapping[str, float], number: int | None = None) -> State:
        """For callbacks; `number` are the steps of the epoch, where that is not said yet."""
        reached, monitor = self._reached, self._job.settings.monitor
        steps = reached.all_steps if number is None else reached.steps + number
        return State(reached.epochs, steps, reached.seconds, values, monitor, self._log.rates)

    def _view(self) -> View:
        """What callbacks may ask for: nothing of it leads to the network itself."""
        context = self._context
        return View(
            folder=context.folder,
            splits=tuple(self._job.data.splits),
            predict=self._predict,
            record=self._log.noted,
            note=context.events.note,
        )

    def _predict(self, split: str, count: int) -> Predictions:
        context, data = self._context, self._job.data
        indices = balanced(data.splits[split].labels, count, seed=context.seed)
        return predict(self._evaluated(), data, split, indices, context)

    def _evaluated(self) -> Network:
        return self._averaging.evaluated if self._averaging is not None else self._job.network

    def _leave(self) -> None:
        """What an interrupted training leaves for the next one, and for its user."""
        where = self._reached.in_words(self._length)
        last, best = self._evaluated().state_dict(), self._validation.weights
        self._saving.leave(self._context, where, last, best)

    def _diverged(self, error: NotFinite, number: int, taken: list[AnyBatch]) -> Diverged:
        reached, stage = self._reached, self._context.stage
        step, usual = reached.steps + number, rates.usual(self._job.settings.optimizer)
        position = Position(stage, step, reached.epochs + 1, self._log.lr, usual)
        diverged = explained(error, position, self._job.network, self._loss, list(map(made, taken)))
        diverged.notes = self._saving.notes
        return diverged
