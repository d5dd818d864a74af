"""The training loop of the tutorial.

https://docs.pytorch.org/tutorials/beginner/blitz/cifar10_tutorial.html
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any

import torch
from torch.optim import Optimizer

from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data
from cifar_pipe.errors import RunError
from cifar_pipe.events import Progress
from cifar_pipe.model.network import Network
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.training.divergence import diverged, diverged_between, first_not_finite
from cifar_pipe.training.engine import Engine, NotFinite, make_engine
from cifar_pipe.training.evaluation.validation import Validation, in_words
from cifar_pipe.training.history import History
from cifar_pipe.training.length import Length
from cifar_pipe.training.meter import Meter, NotFiniteLately
from cifar_pipe.training.optimization.optimizers import make_optimizer, speed
from cifar_pipe.training.optimization.schedules import Schedule, schedule
from cifar_pipe.training.targets import check_outputs, criterion
from cifar_pipe.training.threads import choose_threads, using

_SHOW_EVERY_SECONDS = 0.1


def train(network: Network, data: Data, spec: Train, context: Context) -> History:
    """Trains `network` in place, on the context's device, and leaves it in training mode.

    Order, augmentation and dropout follow from `context.seed`; the global random state is left as
    it was. Raises Diverged before a loss that is not finite changes a weight, and RunError for
    settings that do not work with this network or data.
    """
    check_outputs(network, data)
    length = length_of(spec, data)
    network.to(context.device).train()
    device = torch.device(context.device).type
    how = choose_threads(network.rows, data.batch_size, device=device, fixed=context.threads)
    with using(how), _random_state(context):
        optimizer = make_optimizer(spec.optimizer, network, device=device)
        measure = criterion(spec.loss, device=context.device)
        engine = make_engine(network, measure, optimizer, device=device)
        choices = {
            "engine": engine.name,
            "threads": how.count,
            "onednn": how.onednn,
            **speed(spec.optimizer, device),
        }
        context.facts.update(engine=engine.name, threads=how.count)
        rate = schedule(spec.scheduler, optimizer, length, monitor=spec.monitor)
        loop = _Loop(network, data, spec, context, engine, optimizer, rate, length)
        return loop.run(choices)


def length_of(spec: Train, data: Data) -> Length:
    a_round = data.steps_per_epoch()
    if a_round == 0:
        raise RunError(
            f"there is no batch of {data.batch_size} images to train on: the split train has "
            f"{len(data.splits['train'])}",
            help="make batch_size smaller, or leave drop_last out",
        )
    return Length(spec.steps or (spec.epochs or 0) * a_round, a_round)


@contextmanager
def _random_state(context: Context) -> Iterator[None]:
    device = torch.device(context.device)
    cuda = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=cuda):
        torch.manual_seed(context.seed)
        yield


class _Loop:
    """One training, from its first step to its last."""

    def __init__(
        self,
        network: Network,
        data: Data,
        spec: Train,
        context: Context,
        engine: Engine,
        optimizer: Optimizer,
        rate: Schedule,
        length: Length,
    ) -> None:
        self._network = network
        self._data = data
        self._spec = spec
        self._context = context
        self._engine = engine
        self._optimizer = optimizer
        self._rate = rate
        self._length = length
        self._validation = Validation(network, data, spec, context)
        self._meter = Meter()
        self._rows: list[dict[str, Any]] = []
        self._step = 0
        self._images = 0

    def run(self, choices: dict[str, Any]) -> History:
        self._started = time.perf_counter()
        validating = 0.0
        bar = self._context.events.progress("train", self._length.steps, "steps")
        try:
            for epoch in range(self._length.epochs):
                self._train_epoch(epoch, bar)
                before = time.perf_counter()
                measured = self._validate(epoch)
                validating += time.perf_counter() - before
                self._rate.after_epoch(measured)
        finally:
            bar.close()
        seconds = time.perf_counter() - self._started
        self._context.events.say("Finished Training")
        self._report_best()
        return History(
            epochs=self._length.epochs,
            steps=self._step,
            seconds=seconds,
            images_per_second=self._images / max(seconds - validating, 1e-9),
            loss=self._spec.loss,
            rows=self._rows,
            best=self._validation.best,
            choices=choices,
        )

    def _train_epoch(self, epoch: int, bar: Progress) -> None:
        # This is where the time goes: what is called for each batch is looked up once.
        context, meter, step_engine = self._context, self._meter, self._engine.step
        check_signal, clock = context.check_signal, time.perf_counter
        per_step, after_step = self._rate.per_step, self._rate.after_step
        batches = self._data.batches(
            "train", epoch=epoch, seed=context.seed, training=True, device=context.device
        )
        count = min(self._length.steps_per_epoch, self._length.steps - self._step)
        log_every = self._spec.log_every or count
        shown, next_show = 0, clock() + _SHOW_EVERY_SECONDS
        meter.reset()
        for batch, (images, labels) in enumerate(islice(batches, count), 1):
            check_signal()
            try:
                loss = step_engine(images, labels)
                meter.add(loss, len(images))
            except NotFinite as error:
                where = first_not_finite(self._network, images)
                raise self._diverged(error.loss, epoch, batch, where) from None
            except NotFiniteLately as error:
                raise self._diverged_lately(error, epoch, batch) from None
            if batch % log_every == 0:
                self._log(epoch, batch)
            if per_step:
                after_step()
            if clock() >= next_show:
                bar.advance(
                    batch - shown, loss=meter.last, **{"images/s": meter.images_per_second()}
                )
                shown, next_show = batch, clock() + _SHOW_EVERY_SECONDS
        self._read(epoch, count)
        bar.advance(count - shown)
        self._step += count
        self._images += self._count_images(count)

    def _read(self, epoch: int, batch: int) -> float:
        """The mean loss since the last log point, NaN where that is this very batch."""
        try:
            return self._meter.mean()
        except NotFiniteLately as error:
            raise self._diverged_lately(error, epoch, batch) from None

    def _count_images(self, batches: int) -> int:
        return min(batches * self._data.batch_size, len(self._data.splits["train"]))

    def _log(self, epoch: int, batch: int) -> None:
        """The tutorial's line: the mean loss since the last one, or since the epoch's start."""
        loss = self._read(epoch, batch)
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
            told = ", ".join(in_words(name, value) for name, value in values.items())
            self._context.events.say(f"[{epoch + 1}] {told}")
            self._record(epoch, step=self._step, **values)
        return values

    def _record(self, epoch: int, *, step: int, **values: float) -> None:
        seconds = round(time.perf_counter() - self._started, 3)
        row = {"stage": self._context.stage, "epoch": epoch + 1, "step": step, **values}
        self._rows.append({**row, "seconds": seconds})
        self._context.record(self._rows[-1])

    def _report_best(self) -> None:
        best = self._validation.best
        if best is not None:
            self._validation.restore()
            self._context.events.say(
                f"best {in_words(best.metric, best.value)} in epoch {best.epoch}"
            )

    def _lr(self) -> float:
        return float(self._optimizer.param_groups[0]["lr"])

    def _diverged(self, loss: float, epoch: int, batch: int, where: str | None) -> Exception:
        return diverged(
            loss,
            step=self._step + batch,
            epoch=epoch + 1,
            lr=self._lr(),
            stage=self._context.stage,
            where=where,
        )

    def _diverged_lately(self, error: NotFiniteLately, epoch: int, batch: int) -> Exception:
        last = self._step + batch
        return diverged_between(
            last - error.steps + 1,
            last,
            epoch=epoch + 1,
            lr=self._lr(),
            stage=self._context.stage,
        )
