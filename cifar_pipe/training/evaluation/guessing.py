"""What guessing gives: the measure of a training that has learned nothing, or has diverged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any, NamedTuple

import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import loss_facts
from cifar_pipe.catalog.core.loss_targets import is_summed
from cifar_pipe.data.batches import Data
from cifar_pipe.training.evaluation.intervals import interval
from cifar_pipe.training.evaluation.metrics import Counts, accuracy
from cifar_pipe.training.job import TrainingJob
from cifar_pipe.training.optimization import rates
from cifar_pipe.training.progress.divergence import has_diverged
from cifar_pipe.training.progress.points import ends
from cifar_pipe.training.targets import criterion

_MOST_IMAGES = 1000
# A loss that falls by less from the first log point to the last stands still.
_FALLS = 0.001
# Below it a network that stands still has hardly begun, with any of the usual optimizers.
_SMALL_RATE = 0.003
# Half of a 95 % interval: from about a thousand images on it is narrower.
_WIDE = 0.035
# With fewer images per class an accuracy says too little.
_IMAGES_PER_CLASS = 10


def loss_of_guessing(loss: Component, data: Data, output_shape: tuple[int, ...]) -> float:
    """The loss per image of a network that gives every class the same, whatever the image is.

    Measured on the first training images; where targets are numbers, of a network that gives 0.
    """
    labels = data.splits["train"].labels[:_MOST_IMAGES].cpu()
    outputs = torch.full((len(labels), *output_shape), _even(loss, output_shape[-1]))
    value = criterion(loss, device="cpu")(outputs, labels).item()
    return value / len(labels) if is_summed(loss) else value


def _even(loss: Component, classes: int) -> float:
    facts = loss_facts(loss)
    counts = facts.counts_without and not loss.get(facts.counts_without)
    if counts or facts.takes == "probabilities":
        return 1 / classes
    return -float(torch.tensor(classes).log()) if facts.takes == "log-probabilities" else 0.0


def warn_of_divergence(job: TrainingJob, loss: Component, *, first: float, last: float) -> bool:
    """Whether it has: a loss that is NaN or infinite has ended the training before; a high one has not.

    `loss` has the weights of its classes, `first` and `last` are its values at the beginning and the
    end of the training.
    """
    guessing = loss_of_guessing(loss, job.data, job.network.rows[-1].output_shape)
    diverged = has_diverged(last, first=first, guessing=guessing)
    if diverged:
        optimizer = job.settings.optimizer
        lr = rates.smaller(optimizer.get("lr"), rates.usual(optimizer))
        job.context.warn(
            f"the training has diverged: its loss began at {first:.4g} and ends at {last:.4g}, "
            f"and guessing gives {guessing:.4g}",
            help="try a smaller learning rate",
            overrides=[f"{job.context.stage}.optimizer.lr={lr:g}"],
        )
    return diverged


def nothing_learned(counts: Counts) -> str | None:
    """In words, where a network tells classes apart no better than chance; else None.

    That is where it gives one class alone, or where its accuracy is within two standard deviations
    of what the most frequent class alone would give.
    """
    per_class, predicted = counts.confusion.sum(1), counts.confusion.sum(0)
    present = int((per_class > 0).sum())
    if present < 2 or counts.images < _IMAGES_PER_CLASS * present:
        return None
    if int((predicted > 0).sum()) == 1:
        return f"the network takes every image for {_name(counts, predicted)}"
    share = int(per_class.max()) / counts.images
    found = accuracy(counts)
    if found > share + 2 * sqrt(share * (1 - share) / counts.images):
        return None
    alone = f"taking every image for {_name(counts, per_class)} gives {100 * share:.1f} %"
    return f"the accuracy, {100 * found:.1f} %, is not clearly above chance: {alone}"


class FewImages(NamedTuple):
    """In words: of one accuracy, and of all that are measured on as many images."""

    of_one: str
    of_all: str


def too_few_images(counts: Counts) -> FewImages | None:
    """In words, where another draw of as many images could give another accuracy by several points."""
    low, high = interval(accuracy(counts), counts.images)
    if high - low < 2 * _WIDE:
        return None
    few = f"{counts.images} images are few"
    widest = interval(0.5, counts.images)[1] - 0.5
    return FewImages(
        f"{few}: the accuracy is between {100 * low:.0f} and {100 * high:.0f} %, as far as they tell",
        f"{few}: accuracies can be off by up to {100 * widest:.0f} points",
    )


def better_rate(rows: Sequence[Mapping[str, Any]]) -> tuple[str | None, Sequence[str]]:
    """What helps a training with these log points that has learned nothing: words, and an override.

    A loss that falls, if slowly, wants a larger learning rate. One that stands still is that of a
    network that hardly moves, where the rate is small, or of one that a large rate has broken; one
    that rises, or that a rate beyond all usual ones has led nowhere, wants a smaller rate in any case.
    """
    logged = [row for row in rows if "loss" in row and row.get("lr")]
    if (losses := ends(logged)) is None:
        return None, ()
    largest, change = max(row["lr"] for row in logged), losses[1] / losses[0] - 1
    slow = largest < rates.LARGE and change < (_FALLS if largest < _SMALL_RATE else -_FALLS)
    rate = rates.larger(largest) if slow else rates.smaller(largest)
    help_ = f"try a {'larger' if slow else 'smaller'} learning rate"
    return help_, [f"{logged[-1]['stage']}.optimizer.lr={rate:g}"]


def _name(counts: Counts, of_each: Tensor) -> str:
    return counts.classes[int(of_each.argmax())]
