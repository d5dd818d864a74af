"""Measures a network on a split without changing it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.loss_targets import is_summed
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data
from cifar_pipe.errors import RunError
from cifar_pipe.model.network import Network
from cifar_pipe.model.value_ranges import gives_probabilities
from cifar_pipe.profiling import timed
from cifar_pipe.training.class_weights import with_class_weights
from cifar_pipe.training.evaluation.answers import Answers
from cifar_pipe.training.evaluation.metrics import Counts, accuracy, count
from cifar_pipe.training.evaluation.passes import EvaluationEngine, Images, passes_of
from cifar_pipe.training.evaluation.probabilities import Probabilities
from cifar_pipe.training.evaluation.views import Views
from cifar_pipe.training.precision import placed
from cifar_pipe.training.targets import (
    check_outputs,
    criterion,
    weighs_by_label,
    weight_of,
)
from cifar_pipe.training.threads import choose_threads, using


@dataclass(frozen=True, slots=True)
class EvaluationJob:
    """What is measured on what; without `loss` only the counts are. `batch_size` changes speed only.

    Of several `views` of each image, lists of transforms that draw nothing, the probabilities are
    averaged. `probabilities` keeps those of all images, `answers` what each is taken for. The `engine` kernels
    is one where there are kernels for the network.
    """

    network: Network
    data: Data
    split: str
    batch_size: int
    loss: Component | None = None
    views: Sequence[Sequence[Component]] = ()
    probabilities: bool = False
    answers: bool = False
    engine: EvaluationEngine = "eager"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`loss` is the mean over all images, None where none was asked for.

    `counts` is None where the labels are numbers and not classes, `probabilities` and `answers` where
    they were not asked for either. `engine` is the one that computed the network.
    """

    split: str
    images: int
    loss: float | None
    counts: Counts | None
    probabilities: Probabilities | None = None
    answers: Answers | None = None
    engine: EvaluationEngine = "eager"

    @property
    def accuracy(self) -> float | None:
        return accuracy(self.counts) if self.counts is not None else None


def evaluate(job: EvaluationJob, context: Context) -> Evaluation:
    """Measures in evaluation mode, on the context's device, and sets every module's mode back.

    Raises RunError where the network's outputs do not fit the data or are not finite.
    """
    network, data, device = placed(job.network, context), job.data, context.device
    check_outputs(network, data)
    loss = with_class_weights(job.loss, data) if job.loss is not None else None
    are_probabilities = gives_probabilities(network.layers)
    look = Views(job.views, are_probabilities=are_probabilities)
    tally = _Tally(job, loss, device=device, are_probabilities=are_probabilities)
    threads = choose_threads(network.rows, job.batch_size, device=device, fixed=context.threads)
    images = Images(network, data, job.split, job.batch_size, context)
    with (
        using(threads),
        evaluating(network),
        torch.inference_mode(),
        passes_of(images, job.engine, threads.count) as passes,
    ):
        for taken, labels in passes.batches():
            context.check_signal()
            with timed("forward"):
                outputs = look.outputs(taken, passes.outputs)
            with timed("metrics"):
                tally.add(outputs, labels)
    return replace(tally.result(), engine=passes.engine)


@contextmanager
def evaluating(network: nn.Module) -> Iterator[None]:
    """Evaluation mode for all modules; each gets its own mode back."""
    modes = [(module, module.training) for module in network.modules()]
    network.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


class _Tally:
    """Sums on the device; they are read once, at the end."""

    def __init__(
        self, job: EvaluationJob, loss: Component | None, *, device: str, are_probabilities: bool
    ) -> None:
        self._data, self._split = job.data, job.split
        self._are_probabilities = are_probabilities
        self._kept: list[tuple[Tensor, Tensor]] | None = [] if job.probabilities else None
        self._answers: list[Answers] | None = [] if job.answers else None
        self._loss = _MeanLoss(loss, device=device) if loss is not None else None
        classes = job.data.num_classes or 0
        self._confusion = torch.zeros(classes, classes, dtype=torch.int64, device=device)
        self._ranks = torch.zeros(classes, dtype=torch.int64, device=device)
        self._broken: list[Tensor] = []
        self._images = 0

    def add(self, outputs: Tensor, labels: Tensor) -> None:
        self._images += len(outputs)
        self._broken.append(outputs.isnan().any())
        if self._loss is not None:
            self._loss.add(outputs, labels)
        if self._data.num_classes:
            confusion, ranks = count(outputs, labels)
            self._confusion += confusion
            self._ranks += ranks
            if self._answers is not None:
                are = self._are_probabilities
                self._answers.append(Answers.of(outputs, labels, are_probabilities=are))
        if self._kept is not None:
            # Off the device, whose memory the network needs; the labels may be a view of the data's.
            self._kept.append((outputs.cpu(), labels.cpu()))

    def result(self) -> Evaluation:
        split = self._split
        if not self._images:
            raise RunError(f"the split {split} has no images")
        loss = self._loss.value() if self._loss is not None else None
        if self._loss is not None and loss is None:
            raise RunError(
                f"no image of the split {split} counts in the loss",
                help="its weight or ignore_index leaves all of their classes out",
            )
        broken = any(one.item() for one in self._broken)
        if broken or not math.isfinite(loss or 0.0):
            what = "the network gives NaN" if broken else "the loss is NaN or infinite"
            raise RunError(
                f"{what} on the {split} images",
                help="its weights have grown too large: train again with a smaller learning rate",
            )
        if not self._data.num_classes:
            return Evaluation(split, self._images, loss, None)
        counts = Counts(self._confusion.cpu(), self._ranks.cpu(), self._data.classes)
        answers = Answers.joined(self._answers) if self._answers is not None else None
        return Evaluation(split, self._images, loss, counts, self._probabilities(), answers)

    def _probabilities(self) -> Probabilities | None:
        if self._kept is None:
            return None
        outputs, labels = (torch.cat(parts) for parts in zip(*self._kept, strict=True))
        are = self._are_probabilities
        return Probabilities.of(outputs, labels, self._data.classes, are_probabilities=are)


class _MeanLoss:
    """Over all images, whatever the batches: added up on their device, a summed loss too."""

    def __init__(self, loss: Component, *, device: str) -> None:
        self._loss = loss
        self._criterion = criterion(loss, device=device)
        self._is_sum = is_summed(loss)
        self._by_label = weighs_by_label(loss)
        self._losses: list[Tensor] = []
        self._batch_weights: list[Tensor] = []

    def add(self, outputs: Tensor, labels: Tensor) -> None:
        loss, weight = self._criterion(outputs, labels), torch.tensor(len(labels))
        if self._by_label:
            weight = weight_of(self._loss, labels)
            # A batch of which nothing counts has the mean 0 / 0.
            loss = torch.where(weight > 0, loss * weight, 0.0)
        elif not self._is_sum:
            loss = loss * len(labels)
        self._losses.append(loss)
        self._batch_weights.append(weight)

    def value(self) -> float | None:
        """None where nothing counts."""
        total = sum(weight.item() for weight in self._batch_weights)
        return sum(loss.item() for loss in self._losses) / total if total else None
