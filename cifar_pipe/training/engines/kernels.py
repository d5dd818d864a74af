"""A step of compiled kernels on the CPU.

A batch goes through in chunks of a few images, which stay in the cache and are shared out over threads. Which
thread computes what, and in which order gradients are added, follows from the sizes alone.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from threading import BrokenBarrierError
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data, Epoch
from cifar_pipe.data.picking import Picked, Recipe, labels_of
from cifar_pipe.training.divergence import NotFinite
from cifar_pipe.training.engine import AnyBatch, EagerEngine, Engine, Step
from cifar_pipe.training.engines.chunks import Share, Worker, flushing_denormals, pool_of, share_out
from cifar_pipe.training.engines.flat import FlatNetwork, Floats
from cifar_pipe.training.engines.layout import Program, lay_out
from cifar_pipe.training.engines.loading import load
from cifar_pipe.training.engines.operations import NONE
from cifar_pipe.training.engines.optimizing import NO_CHANGE, update_type
from cifar_pipe.training.engines.plan import Plan
from cifar_pipe.training.engines.stretches import Pace, in_a_row
from cifar_pipe.training.engines.torch_loss import TorchLoss
from cifar_pipe.training.targets import Criterion

_PLAIN_STEP = Step()
NOTHING = np.zeros(0, np.float32)
NO_LABELS = np.zeros(0, np.int64)
_NO_MOVES = np.zeros((0, 3), np.int32)
# What a batch of images that are made already is picked from.
MADE = (
    np.zeros((0, 0, 0, 0), np.uint8), NO_LABELS, _NO_MOVES, np.zeros((0, 0), np.float32), NOTHING
)  # fmt: skip


# How many images, their labels, or their shares of the classes in one row.
_Targets = tuple[int, npt.NDArray[np.int64], Floats]
# What images are made of: see compiled.gathering.
Source = tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64], npt.NDArray[np.int32], Floats, Floats]


class _Given(NamedTuple):
    """What the kernels are given of a batch: images or what they are picked from, and the targets in both forms."""

    images: Floats
    picked: Source
    labels: Tensor
    numbers: npt.NDArray[np.int64]
    shares: Floats
    weights: Floats
    masks: Floats
    total: int


class KernelsEngine(Engine):
    name = "kernels"

    def __init__(
        self,
        network: nn.Module,
        criterion: Criterion,
        optimizer: Optimizer,
        context: Context,
        settings: Step = _PLAIN_STEP,
        *,
        plan: Plan,
        threads: int = 1,
    ) -> None:
        """Raises OSError and ImportError where the kernels cannot be loaded."""
        super().__init__(network, criterion, optimizer, context, settings)
        self._kernels = load(usual=plan.trace.is_usual)
        self._plan = plan
        self._fewest = plan.trace.fewest
        self._eager = EagerEngine(network, criterion, optimizer, context, settings)
        self._flat = FlatNetwork(network, optimizer)
        clip = settings.clip_grad_norm, settings.clip_grad_value
        self._update = update_type(optimizer)(optimizer, self._flat, self._kernels, *clip)
        self._update.bind()
        count, words = threads, self._kernels.words
        self._workers = [Worker(self._flat.trained, words) for _ in range(count)]
        self._pool = pool_of(count, self._kernels.library) if count > 1 else None
        classes = plan.trace.output.size
        weights = plan.weights if plan.weights is not None else (1.0,) * classes
        self._weights = np.array(weights, np.float32)
        self._loss_of = None if plan.is_cross_entropy else TorchLoss(criterion, settings)
        self._shares: dict[int, list[Share]] = {}
        self._pace = Pace()
        depends = plan.weights is not None or plan.ignored is not None
        self._alike = self._loss_of is None and not depends and self._update.kind != NONE
        self._recipe: Recipe | None = None
        self._source: Source = MADE
        self._counters = [
            one.num_batches_tracked
            for one in network.modules()
            if isinstance(one, nn.BatchNorm1d | nn.BatchNorm2d)
            and one.num_batches_tracked is not None
        ]

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """The optimizer has loaded its own state before."""
        del state
        self._update.bind()

    def close(self) -> None:
        """Gives the network's tensors memory of their own, and ends the threads."""
        self._flat.release()
        if self._pool is not None:
            self._pool.shutdown()

    def batches(self, data: Data, epoch: Epoch) -> Iterator[AnyBatch]:
        recipe = data.recipe(epoch)
        if recipe is None:
            return super().batches(data, epoch)
        return recipe.batches(data.batch_size, skip=epoch.skip)

    def step(self, batches: Sequence[AnyBatch]) -> float | Tensor:
        if self._fewest < 2 and any(len(labels_of(one)) < 2 for one in batches):
            # A batch normalization of single values is an error of PyTorch's, which says so.
            return self._eager.step(batches)
        with flushing_denormals():
            return self._step(batches)

    @property
    def stretch(self) -> int:
        return self._pace.steps

    def steps(self, taken: Sequence[Sequence[AnyBatch]]) -> Iterator[float | Tensor]:
        first = in_a_row(taken) if self._alike else None
        if first is None or first.labels.is_floating_point():
            return super().steps(taken)
        shares = self._shares.get(first.count) or self._share_out(first.count)
        in_one_piece = [len(pieces) for *_, pieces in shares[0].chunks] == [1]
        if len(shares) > 1 or not in_one_piece or max(self._fewest, first.count) < 2:
            return super().steps(taken)
        return self._at_a_stretch(first, len(taken), shares[0])

    def _at_a_stretch(self, first: Picked, count: int, share: Share) -> Iterator[float]:
        size, worker, change = first.count, self._workers[0], self._update.change()
        whole = Picked(first.recipe, first.first, count * size)
        ((program, _, (piece,)),) = share.chunks
        scale = np.float32(1.0 if self._plan.summed else 1 / size)
        losses = np.zeros(count, np.float32)
        masks = (
            [self._masks(size) for _ in range(count)] if self._plan.trace.dropouts else [NOTHING]
        )
        began = time.perf_counter()
        with flushing_denormals():
            done = self._kernels.run(
                losses, size, *change,
                piece.rows, program.factors, program.sources, worker.arena, worker.places,
                self._flat.numbers, worker.gradients, worker.words, NOTHING, self._picked(whole),
                whole.labels.numpy(), NOTHING, self._weights, np.concatenate(masks), size, 0, scale,
                False, share.stats, share.sizes, share.first,
            )  # fmt: skip
        self._update.took(done)
        for counter in self._counters:
            counter.add_(min(count, done + 1))
        self._pace.took(count, time.perf_counter() - began)
        yield from losses[:done].tolist()
        if done < count:
            raise NotFinite(float(losses[done]))

    def _step(self, batches: Sequence[AnyBatch]) -> float:
        labels = [labels_of(one) for one in batches]
        targets = [self._targets(one) for one in labels]
        if self._loss_of is not None:
            scale = np.float32(self._loss_of.scale(labels))
        else:
            scale = np.float32(1.0 if self._plan.summed else 1 / self._divisor(targets))
        loss, more = 0.0, False
        for batch, its, target in zip(batches, labels, targets, strict=True):
            loss += self._one(batch, its, target, scale, more=more)
            more = True
        if not math.isfinite(loss):
            raise NotFinite(loss)
        self._update.apply(self._workers[0].gradients)
        return loss

    def _targets(self, labels: Tensor) -> _Targets:
        if labels.is_floating_point():
            return len(labels), NO_LABELS, labels.numpy().reshape(-1)
        numbers = labels.numpy()
        if self._plan.ignored is not None:
            numbers = np.where(numbers == self._plan.ignored, -1, numbers)
        return len(numbers), numbers, NOTHING

    def _divisor(self, targets: Sequence[_Targets]) -> float:
        plan, total = self._plan, 0.0
        for count, numbers, shares in targets:
            if len(shares) or (plan.weights is None and plan.ignored is None):
                total += count
            else:
                total += float(self._weights[numbers[numbers >= 0]].sum())
        if total == 0:
            # As torch.where of no images gives 0, and a division by weights of 0 is not a number.
            return math.inf if plan.ignored is not None else math.nan
        return total

    def _one(
        self,
        batch: AnyBatch,
        labels: Tensor,
        targets: _Targets,
        scale: np.float32,
        *,
        more: bool,
    ) -> float:
        """The loss of one batch times `scale`; adds its gradients to those of the first worker."""
        count, numbers, soft = targets
        shares = self._shares.get(count) or self._share_out(count)
        if isinstance(batch, Picked):
            images, picked = NOTHING, self._picked(batch)
        else:
            images, picked = batch[0].numpy().reshape(-1), MADE
        masks = self._masks(count)
        given = _Given(images, picked, labels, numbers, soft, self._weights, masks, count)
        for counter in self._counters:
            counter.add_(1)
        if self._pool is None or len(shares) == 1:
            return self._work(self._workers[0], shares[0], given, scale, more)
        # The first worker's gradients may hold those of the batches before.
        more_of = [more, *[False] * (len(shares) - 1)]
        workers = self._workers[: len(shares)]
        jobs = [
            self._pool.submit(self._work, worker, share, given, scale, its_more)
            for worker, share, its_more in zip(workers, shares, more_of, strict=True)
        ]
        errors = [one for one in (job.exception() for job in jobs) if one is not None]
        # Where one thread fails, the others find their meeting broken: that is not the reason.
        errors.sort(key=lambda one: isinstance(one, BrokenBarrierError))
        if errors:
            raise errors[0]
        losses = [job.result() for job in jobs]
        for worker in workers[1:]:
            self._kernels.add_up(workers[0].gradients, worker.gradients)
        return sum(losses)

    def _picked(self, batch: Picked) -> Source:
        if self._recipe is not batch.recipe:
            self._recipe, self._source = batch.recipe, source_of(batch.recipe)
        return rows_of(self._source, batch)

    def _work(
        self,
        worker: Worker,
        share: Share,
        given: _Given,
        scale: np.float32,
        more: bool,  # noqa: FBT001
    ) -> float:
        loss, run, meeting = 0.0, self._kernels.run, share.meeting
        try:
            for number, (program, first, pieces) in enumerate(share.chunks):
                for piece in pieces:
                    if piece.waits and meeting is not None:
                        meeting.wait()
                    if piece.is_loss and self._loss_of is not None:
                        labels = given.labels[first : first + program.images]
                        loss += self._loss_of.run(program, worker.arena, labels, float(scale))
                        continue
                    run(
                        worker.loss, given.total, *NO_CHANGE,
                        piece.rows, program.factors, program.sources, worker.arena, worker.places,
                        self._flat.numbers, worker.gradients, worker.words, given.images, given.picked,
                        given.numbers, given.shares, given.weights, given.masks, given.total, first, scale,
                        more, share.stats, share.sizes, share.first + number,
                    )  # fmt: skip
                    loss += float(worker.loss[0])
                more = True
        except BaseException:
            # The others would wait for ever.
            if meeting is not None:
                meeting.abort()
            raise
        return loss

    def _masks(self, count: int) -> Floats:
        """As the layers draw them: one after the other, each for the whole batch."""
        dropouts = self._plan.trace.dropouts
        if not dropouts:
            return NOTHING
        drawn = [
            torch.empty(count, *shape).bernoulli_(1 - p).div_(1 - p).view(-1)
            for p, shape in dropouts
        ]
        return torch.cat(drawn).numpy()

    def _share_out(self, count: int) -> list[Share]:
        def lay(size: int) -> Program:
            place_of, smoothing = self._flat.place_of, self._plan.smoothing
            return lay_out(self._plan.trace, size, place_of, smoothing=smoothing)

        shares = share_out(
            count,
            len(self._workers),
            cache(lay),
            whole=self._plan.trace.whole,
            stops=self._loss_of is not None,
        )
        for worker, share in zip(self._workers, shares, strict=False):
            for program, *_ in share.chunks:
                worker.reserve(program)
        self._shares[count] = shares
        return shares


def source_of(recipe: Recipe) -> Source:
    moved = _NO_MOVES if recipe.moved is None else recipe.moved.numpy()
    moves = recipe.moves
    pixels, order = recipe.pixels.numpy(), recipe.order.numpy()
    return pixels, order, moved, moves.table.numpy(), moves.outside.numpy()


def rows_of(source: Source, batch: Picked) -> Source:
    """Of the recipe's source, what the batch is made of."""
    pixels, order, moved, table, outside = source
    its = slice(batch.first, batch.first + batch.count)
    return pixels, order[its], moved[its], table, outside
